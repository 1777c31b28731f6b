from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from analysis import errors
from analysis.media.frames import decode
from analysis.media.orientation import UprightPictures
from analysis.media.video import VideoFile, VideoLimits, probe
from analysis.pose.segments import divide
from tests.unit.analysis.small_videos import cut, picture, write_sound, write_video

SHARED_VIDEOS = Path(__file__).parents[4] / "shared" / "videos"
FASTSTART = {"movflags": "faststart"}
FRAGMENTED = {"movflags": "frag_keyframe+empty_moov"}
# Noise does not compress, so that a cut is in the pictures and not in the index.
NOISE = [np.random.default_rng(number).integers(0, 255, (64, 96, 3), np.uint8) for number in range(30)]


def timestamps(video: VideoFile) -> list[int]:
    return [pts for pts, _ in decode(video, int(video.pts[0]), int(video.pts[-1]) + 1)]


def first_picture(video: VideoFile) -> np.ndarray:
    _, frame = next(decode(video, int(video.pts[0]), int(video.pts[0]) + 1))
    return UprightPictures(video.orientation, "rgb24", 1280).convert(frame)


def test_a_plain_clip(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a b+%d 스쿼트.mp4", frames=45)
    info = probe(path).info
    assert (info.width, info.height, info.frame_count, info.codec, info.rotation) == (96, 64, 45, "h264", 0)
    assert info.fps == pytest.approx(30)
    assert info.duration_s == pytest.approx(1.5)
    assert len(info.sha256) == 64


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.mp4", b"I am a video, honestly.\n" * 50),
        ("ansi.txt", b"\x1b[31mred\n" * 50),
        ("playlist.mp4", b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"),
        ("concat.mp4", b"ffconcat version 1.0\nfile /etc/passwd\n"),
        ("noise.mp4", np.random.default_rng(1).bytes(5000)),
        ("one_byte.mp4", b"x"),
    ],
)
def test_what_is_no_video(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(errors.NotAVideo):
        probe(path)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp"])
def test_a_photograph_is_no_video(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "photo.mp4"
    path.write_bytes(cv2.imencode(suffix, picture(0))[1].tobytes())
    with pytest.raises(errors.NotAVideo):
        probe(path)


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.touch()
    with pytest.raises(errors.EmptyFile):
        probe(path)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.97])
@pytest.mark.parametrize(
    ("name", "muxer_options"),
    [
        ("index_first.mp4", FASTSTART),
        ("index_last.mp4", {}),
        ("fragmented.mp4", FRAGMENTED),
        ("a.mov", {}),
        ("a.mkv", {}),
        ("a.avi", {}),
    ],
)
def test_cut_off(tmp_path: Path, name: str, muxer_options: dict[str, str], share: float) -> None:
    path = write_video(tmp_path / name, NOISE, muxer_options=muxer_options, options={"g": "5"})
    assert probe(path).info.frame_count == 30
    with pytest.raises(errors.TruncatedVideo) as caught:
        probe(cut(path, share))
    assert str(caught.value).endswith(".")


def test_rubbish_after_the_end_does_no_harm(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4")
    path.write_bytes(path.read_bytes() + b"\0" * 1000)
    assert probe(path).info.frame_count == 30


def test_sound_only(tmp_path: Path) -> None:
    with pytest.raises(errors.NoPictures):
        probe(write_sound(tmp_path / "sound.mp4"))


def test_a_single_frame(tmp_path: Path) -> None:
    with pytest.raises(errors.SingleFrame):
        probe(write_video(tmp_path / "a.mp4", frames=1))


def test_two_frames_are_a_video(tmp_path: Path) -> None:
    assert probe(write_video(tmp_path / "a.mp4", frames=2)).info.frame_count == 2


def test_too_long(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", frames=31)
    with pytest.raises(errors.VideoTooLong, match=r"0:01 minutes; at most 0:01"):
        probe(path, VideoLimits(max_duration_s=1.0))
    assert probe(path, VideoLimits(max_duration_s=1.04)).info.frame_count == 31


def test_too_long_by_its_timestamps_whatever_the_header_says(tmp_path: Path) -> None:
    live = write_video(
        tmp_path / "live.mkv", frames=3, timestamps_ms=[0, 33, 700_000], muxer_options={"live": "1"}, codec="mpeg4"
    )
    with pytest.raises(errors.VideoTooLong):
        probe(live)


def test_too_many_bytes_is_said_before_reading(tmp_path: Path) -> None:
    path = tmp_path / "large.mp4"
    with path.open("wb") as file:
        file.truncate(500_000_001)
    with pytest.raises(errors.FileTooLarge):
        probe(path)


@pytest.mark.parametrize("size", [(96, 64), (64, 96)])
def test_too_many_pixels_in_either_orientation(tmp_path: Path, size: tuple[int, int]) -> None:
    path = write_video(tmp_path / "a.mp4", size=size, frames=3)
    assert probe(path, VideoLimits(max_long_side=96, max_short_side=64))
    with pytest.raises(errors.ResolutionTooHigh):
        probe(path, VideoLimits(max_long_side=95, max_short_side=64))
    with pytest.raises(errors.ResolutionTooHigh):
        probe(path, VideoLimits(max_long_side=96, max_short_side=63))


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_pictures_stand_upright(tmp_path: Path, rotation: int, mirrored: bool) -> None:
    """`set_display_rotation` turns counterclockwise and then mirrors; numpy does the same to the truth."""
    video = probe(write_video(tmp_path / "a.mp4", rotation=rotation, mirrored=mirrored))
    expected = np.rot90(picture(0), rotation // 90)
    expected = expected[:, ::-1] if mirrored else expected
    shown = first_picture(video)
    assert shown.shape == expected.shape == (video.info.height, video.info.width, 3)
    assert shown.flags["C_CONTIGUOUS"]
    assert np.abs(shown.astype(int) - expected).mean() < 12
    assert video.info.rotation == -rotation % 360


def test_wide_pixels_are_made_square(tmp_path: Path) -> None:
    video = probe(write_video(tmp_path / "a.mp4", pixel_shape=Fraction(4, 3)))
    assert (video.info.width, video.info.height) == (128, 64)
    assert first_picture(video).shape == (64, 128, 3)


def test_odd_sizes(tmp_path: Path) -> None:
    video = probe(write_video(tmp_path / "a.webm", size=(95, 63), codec="libvpx"))
    assert first_picture(video).shape == (63, 95, 3)


@pytest.mark.parametrize(
    ("encoder", "name", "codec"),
    [("libsvtav1", "a.mp4", "av1"), ("libvpx-vp9", "a.webm", "vp9"), ("libx265", "a.mov", "hevc")],
)
def test_the_codec_is_that_of_the_file_and_not_of_our_decoder(
    tmp_path: Path, encoder: str, name: str, codec: str
) -> None:
    assert probe(write_video(tmp_path / name, codec=encoder)).info.codec == codec


def test_variable_frame_rate_keeps_its_times(tmp_path: Path) -> None:
    times = np.cumsum([0, 20, 50, 33, 90, 10, 33, 33, 40, 120]).tolist()
    video = probe(write_video(tmp_path / "a.mkv", frames=10, timestamps_ms=times, codec="mpeg4"))
    np.testing.assert_allclose(video.seconds(video.pts) * 1000, times, atol=1.01)
    assert video.info.fps == pytest.approx(9 / (times[-1] / 1000), rel=0.01)


def test_a_live_recording_without_length_or_rate(tmp_path: Path) -> None:
    live = write_video(tmp_path / "a.webm", codec="libvpx", muxer_options={"live": "1"})
    with av.open(str(live)) as container:
        assert container.duration is None
    info = probe(live).info
    assert info.frame_count == 30
    assert info.fps == pytest.approx(30, rel=0.05)


def test_matroska_by_the_name_of_mp4(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", container="matroska")
    assert probe(path).info.frame_count == 30


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.avi", "a.ts"])
def test_parts_together_hold_every_frame_once(tmp_path: Path, name: str) -> None:
    codec = "mpeg4" if name.endswith("avi") else "libx264"
    video = probe(write_video(tmp_path / name, frames=200, codec=codec, options={"bf": "2", "g": "40"}))
    segments = divide(video, 3)
    assert len(segments) == 3
    parts = [pts for each in segments for pts, _ in decode(video, each.start_pts, each.end_pts)]
    assert parts == timestamps(video)
    assert len(parts) == 200
    assert parts == video.pts.tolist()


def test_seeking_finds_the_picture_that_belongs_to_the_timestamp(tmp_path: Path) -> None:
    video = probe(write_video(tmp_path / "a.mp4", frames=80, options={"bf": "3", "g": "25", "qp": "4"}))
    pictures = UprightPictures(video.orientation, "rgb24", 1280)
    for number in (0, 24, 25, 26, 49, 79):
        ((_, frame),) = decode(video, int(video.pts[number]), int(video.pts[number]) + 1)
        np.testing.assert_allclose(pictures.convert(frame)[50, 80], picture(number)[50, 80], atol=3)


@pytest.mark.skipif(not SHARED_VIDEOS.exists(), reason="the real clips of ../shared are not here")
def test_the_recording_that_was_never_closed() -> None:
    with pytest.raises(errors.TruncatedVideo, match="never finished"):
        probe(SHARED_VIDEOS / "unreadable_01.MOV")


@pytest.mark.skipif(not SHARED_VIDEOS.exists(), reason="the real clips of ../shared are not here")
def test_an_avi_whose_timestamps_are_guesses_loses_no_frame() -> None:
    video = probe(SHARED_VIDEOS / "negative_face_01.avi")
    assert timestamps(video) == video.pts.tolist()
    assert len(video.pts) == 164


def test_a_codec_that_no_phone_uses_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(errors.CodecRefused, match=r"ffv1, .* MP4 with H\.264"):
        probe(write_video(tmp_path / "a.mkv", codec="ffv1"))


@pytest.mark.parametrize(
    ("name", "codec"), [("a.flv", "flv"), ("a.gif", "gif"), ("a.ogv", "libvpx"), ("a.nut", "mpeg4")]
)
def test_a_container_that_no_phone_uses_is_no_video(tmp_path: Path, name: str, codec: str) -> None:
    container = {"a.gif": "gif", "a.ogv": "ogg", "a.flv": "flv", "a.nut": "nut"}[name]
    pixels = "rgb8" if codec == "gif" else "yuv420p"
    with pytest.raises(errors.NotAVideo, match="MP4, MOV"):
        probe(write_video(tmp_path / name, codec=codec, container=container, pixels=pixels))


def test_more_pictures_than_the_limit_are_refused_however_short_the_video(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", frames=40, fps=1000)
    assert probe(path, VideoLimits(max_frames=40)).info.frame_count == 40
    with pytest.raises(errors.TooManyFrames, match="more than 39 pictures"):
        probe(path, VideoLimits(max_frames=39))


def test_a_title_in_another_encoding_is_nobodys_business(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4")
    path.write_bytes(path.read_bytes().replace(b"Lavf", b"\xff\xfe\xc1\xf9"))
    assert probe(path).info.frame_count == 30
