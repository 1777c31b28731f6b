"""The old app's contract with the real worker and the real analysis, as `make up` starts them, on drawn clips.

Each clip carries two marks in its upper corners, which the analysis copies into its pictures: on the left whose video
it is, on the right how far the movement has gone. So a test can read off a picture whose it is and which moment it
shows.

The service is started for the tests; or, with GOODREP_CONTRACT_URL and GOODREP_CONTRACT_STORAGE, they drive one that
runs already, from outside (docs/firebase.md).
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from mannequin import Clip, pictures, truth_of
from mannequin.encoding import encode
from scripts.service import running
from storage import open_storage
from storage.errors import ObjectNotFound
from storage.keys import professional_key
from tests.contract_dothis.old_app import PICTURES, RESULT, OldApp, Upload

EMAIL = "drj9802@gmail.com"
MARK_PX = 36
GREEN, MAGENTA = (40, 200, 40), (200, 40, 200)  # BGR
BLACKEST, WHITEST = 30, 230
SAME_MOMENT = 0.25
"""Of the way from rest to the turning point; two frames of the faster clip."""

METHODS = {
    "Military press": "military_press",
    "Bench Press": "bench_press",
    "Push Up": "push_up",
    "Biceps Curl": "biceps_curl",
    "Dead Lift": "deadlift",
    "Squat": "squat",
    "unselected": "squat",
    "Pushup": "push_up",
    "Situp": "sit_up",
}
"""As the app and the old server write them, and what the mannequin draws for each."""


@dataclass(frozen=True)
class Seen:
    """What can be read off a picture: whose video it shows, and the share of the way to the turning point."""

    who: str
    share: float


def draw(path: Path, clip: Clip, colour: tuple[int, int, int]) -> Path:
    """Draw a clip with its two marks."""
    truth = truth_of(clip)
    leading = truth.angles[truth.angle]
    shares = (leading - clip.motion.rest_deg) / (clip.motion.turn_deg - clip.motion.rest_deg)

    def marked() -> Iterator[NDArray[np.uint8]]:
        for picture, share in zip(pictures(clip, truth), shares, strict=True):
            picture[:MARK_PX, :MARK_PX] = colour
            picture[:MARK_PX, -MARK_PX:] = round(BLACKEST + share * (WHITEST - BLACKEST))
            yield picture

    encode(path, marked(), truth.timestamps_s, fps=Fraction(clip.fps).limit_denominator(1001))
    return path


def seen_on(content: bytes | None, clip: Clip) -> Seen:
    """Read the marks off a picture, which shows the whole frame, enlarged, above its caption."""
    picture = cv2.imdecode(np.frombuffer(content or b"", np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    mark = MARK_PX * picture.shape[1] / clip.width
    low, high = round(0.25 * mark), round(0.75 * mark)
    left = picture[low:high, low:high].reshape(-1, 3).mean(axis=0)
    right = picture[low:high, -high:-low].mean()
    near = {name: float(np.abs(left - colour).max()) for name, colour in (("user", GREEN), ("pro", MAGENTA))}
    who = min(near, key=lambda name: near[name])
    assert near[who] < 40, f"no mark: {left}"
    return Seen(who, (float(right) - BLACKEST) / (WHITEST - BLACKEST))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OldApp]:
    """The app, and the whole service."""
    running_url = os.environ.get("GOODREP_CONTRACT_URL")
    if running_url:
        with httpx.Client(base_url=running_url, trust_env=False) as http:
            yield OldApp(http, open_storage(os.environ["GOODREP_CONTRACT_STORAGE"]))
        return
    volumes = tmp_path_factory.mktemp("volumes")
    with (
        running(volumes / "run", volumes=volumes, redis_folder=volumes / "redis") as service,
        httpx.Client(base_url=service.url, trust_env=False) as http,
    ):
        yield OldApp(http, open_storage(f"local://{volumes}/storage"))


def short(exercise: str) -> Clip:
    """One repetition: the old server failed with fewer than five pairs."""
    return Clip(exercise, repetitions=1, seconds_per_repetition=1.6, width=360, height=480, fps=15)


def check_figures(app: OldApp, upload: Upload) -> dict[str, Any]:
    figures = app.figures(upload)
    assert isinstance(figures, dict)
    assert set(figures) == {"result", *(f"result{number}" for number in range(1, 6))}
    values: dict[str, Any] = figures
    assert all(type(value) is int and 0 <= value <= 100 for value in values.values())
    mean = sum(values[f"result{number}"] for number in range(1, 6)) / 5
    assert abs(values["result"] - mean) <= 0.5
    return values


def check_places(app: OldApp) -> None:
    """Nothing of the user's lies where the contract does not have it, but for each job's own folder."""
    keys = {found.key for found in app.storage.objects.list("") if EMAIL in found.key}
    job_folders = {key.rsplit("/", 1)[0] for key in keys if key.endswith("/report.json")}
    rest = {key for key in keys if key.rsplit("/", 1)[0] not in job_folders}
    for key in rest:
        *folders, name = key.split("/")
        match folders:
            case ["temp", "video", "user", _] | ["temp", "exercise"]:
                assert name.endswith(".mp4")
            case ["temp", "image", _, _]:
                assert name in PICTURES
            case [_, folder] if folder.endswith("_result"):
                assert name in PICTURES
            case _:
                raise AssertionError(key)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_of_the_app_gives_its_results(app: OldApp, tmp_path: Path, method: str) -> None:
    video = draw(tmp_path / "clip.mp4", short(METHODS[method]), GREEN)
    put = app.upload_flat if method in ("Pushup", "Situp") else app.upload
    upload = put(EMAIL, method, video)
    reply = app.ask(upload) if method != "Bench Press" else app.ask_for(f"data={upload.data.replace(' ', '+')}")
    # from here on as the app does: look at once, and once
    found = {name: app.picture(upload, name) for name in PICTURES}
    figures = check_figures(app, upload)
    assert (reply.status_code, reply.content.strip()) == (200, RESULT), reply.text
    for name, content in found.items():
        picture = cv2.imdecode(np.frombuffer(content or b"", np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None, name
        assert min(picture.shape[:2]) >= 480, name
    assert seen_on(found["best1_user.jpg"], short(METHODS[method])).who == "user"
    if method != "unselected":
        assert figures["result"] > 50  # a mannequin in good form


def test_user_and_professional_are_the_right_way_round_and_at_the_same_moment(app: OldApp, tmp_path: Path) -> None:
    """The professional begins later, is quicker and looks the other way: frame i against frame i would not fit."""
    user = Clip(seconds_per_repetition=2.6, idle_before_s=0.5, repetitions=2, width=360, height=480, fps=20)
    pro = replace(user, seconds_per_repetition=1.8, idle_before_s=1.4, faces="left")
    professionals = professional_key("Squat")
    with suppress(ObjectNotFound):
        app.storage.objects.stat(professionals)
        pytest.skip(f"the running service has a professional's video of its own at {professionals}")
    app.storage.objects.upload(draw(tmp_path / "pro.mp4", pro, MAGENTA), professionals, "video/mp4")
    upload = app.upload(EMAIL, "Squat", draw(tmp_path / "user.mp4", user, GREEN), timestamp="2305092300")
    reply = app.ask(upload)
    assert reply.content.strip() == RESULT, reply.text
    pairs = [
        [seen_on(app.picture(upload, f"best{number}_{who}.jpg"), clip) for who, clip in (("user", user), ("pro", pro))]
        for number in range(1, 6)
    ]
    assert [[seen.who for seen in pair] for pair in pairs] == [["user", "pro"]] * 5
    apart = [abs(mine.share - theirs.share) for mine, theirs in pairs]
    assert max(apart) < SAME_MOMENT, pairs
    # and the moments are not all the same one, nor all at rest
    assert max(mine.share for mine, _ in pairs) > 0.9
    assert min(mine.share for mine, _ in pairs) < 0.8
    assert min(check_figures(app, upload).values()) > 80  # the same movement, but for tempo and side
    check_places(app)
    app.storage.objects.delete(professionals)
