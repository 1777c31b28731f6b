"""Webhooks and deliveries over real HTTP: who may register, see, try and replay what."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from storage.access import RedisAccess
from storage.signals.channel import Delivery, DeliveryState
from storage.signals.notices import RedisNotices
from storage.signals.webhooks import MOST_PER_MAKER, RedisWebhooks
from tests.api_service import OWNER, VIDEO, Api, code_of
from tests.receiver import running_receiver, running_signals
from tests.services import wait_until
from tests.standins.identity import bearer

MALLORY = "mallory@example.com"
URL = "https://backend.example.com/goodrep?a=b"


def register(api: Api, who: dict[str, str], **body: Any) -> httpx.Response:
    return api.http.post("/v1/webhooks", json={"url": URL, **body}, headers=who)


def key(api: Api, users: list[str] | None) -> dict[str, str]:
    return {"X-API-Key": RedisAccess(api.redis.url).add_key("a service", users)[1]}


def until(api: Api, delivery_id: str, state: DeliveryState) -> Delivery:
    notices = RedisNotices(api.redis.url)
    wait_until(lambda: notices.delivery(delivery_id).state is state, f"the delivery is {state}")
    return notices.delivery(delivery_id)


def ended_job(api: Api, who: dict[str, str] | None = None) -> str:
    api.put()
    made = str(api.http.post("/v1/analyses", json={"video": VIDEO}, headers=who).json()["id"])
    api.finish(made, report__json=b"{}")
    return made


def test_a_webhook_is_registered_tried_told_and_told_again(api: Api, tmp_path: Path) -> None:
    with running_receiver() as receiver, running_signals(api.redis.url, tmp_path):
        made = api.http.post("/v1/webhooks", json={"url": receiver.url})
        assert made.status_code == 201
        webhook = made.json()
        assert webhook["secret"].startswith("whsec_")
        listed = api.http.get("/v1/webhooks").json()["webhooks"]
        assert listed == [{name: value for name, value in webhook.items() if name != "secret"}]

        ping = api.http.post(f"/v1/webhooks/{webhook['id']}/test")
        assert ping.status_code == 202
        until(api, ping.json()["id"], DeliveryState.DELIVERED)
        assert receiver.events == ["ping"]
        assert receiver.received[0].document["data"]["id"] == "0" * 32

        job = api.http.get(f"/v1/analyses/{ended_job(api)}").json()
        told = f"{job['id']}.1.webhook.1"
        wait_until(lambda: len(receiver.received) == 2, "the end is told")
        until(api, told, DeliveryState.DELIVERED)
        (shown,) = (
            each
            for each in api.http.get(job["links"]["deliveries"]).json()["deliveries"]
            if each["channel"] == "webhook"
        )
        assert (shown["id"], shown["state"], shown["detail"]) == (told, "delivered", "HTTP 204")
        assert (shown["event"], shown["target"], shown["attempts"]) == ("analysis.succeeded", webhook["id"], 1)
        newest = api.http.get(f"/v1/webhooks/{webhook['id']}/deliveries").json()["deliveries"]
        assert [each["event"] for each in newest] == ["analysis.succeeded", "ping"]

        document = receiver.received[1].document["data"]
        only_the_api_knows = {"seconds_left", "place", "results_expire_at"}
        assert set(document) == set(job) - only_the_api_knows
        for name in set(document) - {"results", "links"}:
            assert document[name] == job[name], name
        assert document["links"]["self"] == job["links"]["self"]
        assert [each["name"] for each in document["results"]] == [each["name"] for each in job["results"]]

        again = api.http.post(f"/v1/webhooks/{webhook['id']}/deliveries/{told}/replay")
        assert again.status_code == 202
        wait_until(lambda: len(receiver.received) == 3, "it is told again")
        assert receiver.received[2].body == receiver.received[1].body
        assert receiver.received[2].headers["webhook-id"] == receiver.received[1].headers["webhook-id"]

        assert api.http.delete(f"/v1/webhooks/{webhook['id']}").status_code == 204
        assert code_of(api.http.delete(f"/v1/webhooks/{webhook['id']}")) == "webhook_not_found"
        RedisNotices(api.redis.url).replay(told)
        assert until(api, told, DeliveryState.GONE).detail == "the webhook was removed"


def test_tests_and_replays_are_taken_one_a_second(api: Api) -> None:
    webhook = register(api, {}).json()["id"]
    replies = [api.http.post(f"/v1/webhooks/{webhook}/test") for _ in range(3)]
    assert replies[0].status_code == 202
    refused = [reply for reply in replies if reply.status_code == 429]
    assert refused
    assert {(code_of(reply), reply.headers["retry-after"]) for reply in refused} == {("too_many_requests", "1")}


@pytest.mark.parametrize(
    "url",
    [
        "http://backend.example.com/",
        "ftp://backend.example.com/",
        "https:///path",
        "https://user:password@backend.example.com/",
        "https://backend.example.com/#fragment",
        "https://backend.example.com:0/",
        "https://backend.example.com:99999/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[fd00::1]/",
        "https://0.0.0.0/",
        "https://back end.example.com/",
        "https://백엔드.example.com/",
        "https://backend.example.com/\r\nX: y",
    ],
)
def test_in_production_a_webhook_is_a_public_https_address(guarded: Api, url: str) -> None:
    assert code_of(register(guarded, bearer(OWNER), url=url)) == "webhook_url_refused"
    assert RedisWebhooks(guarded.redis.url).all() == []


@pytest.mark.parametrize(
    "body", [{"events": []}, {"events": ["analysis.begun"]}, {"secret": "mine"}, {"url": ""}, {"url": 7}]
)
def test_what_makes_no_sense_is_refused(guarded: Api, body: dict[str, object]) -> None:
    response = register(guarded, bearer(OWNER), **body)
    assert response.status_code == 400
    assert code_of(response) in ("invalid_parameter", "missing_parameter")


def test_nobody_registers_without_a_login(guarded: Api) -> None:
    assert code_of(register(guarded, {})) == "unauthorized"
    assert code_of(guarded.http.get("/v1/webhooks")) == "unauthorized"


def test_a_webhook_hears_of_those_for_whom_its_maker_speaks(guarded: Api) -> None:
    makers: list[tuple[dict[str, str], dict[str, object], list[str] | None]] = [
        (bearer(OWNER), {}, [OWNER]),
        (bearer(OWNER), {"user": OWNER}, [OWNER]),
        (key(guarded, [OWNER, MALLORY]), {}, [OWNER, MALLORY]),
        (key(guarded, [OWNER, MALLORY]), {"user": MALLORY}, [MALLORY]),
        (key(guarded, None), {}, None),
        (key(guarded, None), {"user": OWNER}, [OWNER]),
    ]
    for who, body, users in makers:
        assert register(guarded, who, **body).json()["users"] == users
    assert code_of(register(guarded, bearer(MALLORY), user=OWNER)) == "forbidden"
    assert code_of(register(guarded, key(guarded, [MALLORY]), user=OWNER)) == "forbidden"


def test_nobody_reaches_another_s_webhook_or_delivery(guarded: Api) -> None:
    job = ended_job(guarded, bearer(OWNER))
    service = key(guarded, [OWNER])
    for who in (bearer(OWNER), service):
        webhook = register(guarded, who).json()["id"]
        theirs = RedisNotices(guarded.redis.url).ping("webhook", webhook, OWNER)
        for stranger in (bearer(MALLORY), key(guarded, [OWNER]), service if who is not service else bearer(OWNER)):
            own = register(guarded, stranger).json()["id"]
            assert webhook not in [
                each["id"] for each in guarded.http.get("/v1/webhooks", headers=stranger).json()["webhooks"]
            ]
            for method, path in [
                ("DELETE", f"/v1/webhooks/{webhook}"),
                ("POST", f"/v1/webhooks/{webhook}/test"),
                ("GET", f"/v1/webhooks/{webhook}/deliveries"),
                ("POST", f"/v1/webhooks/{webhook}/deliveries/{theirs}/replay"),
            ]:
                assert code_of(guarded.http.request(method, path, headers=stranger)) == "webhook_not_found"
            replayed = guarded.http.post(f"/v1/webhooks/{own}/deliveries/{theirs}/replay", headers=stranger)
            assert code_of(replayed) == "delivery_not_found"
        assert guarded.http.get(f"/v1/webhooks/{webhook}/deliveries", headers=key(guarded, None)).is_success
    assert guarded.http.get(f"/v1/analyses/{job}/deliveries", headers=bearer(OWNER)).json() == {"deliveries": []}


def test_a_revoked_key_takes_its_webhooks_along(guarded: Api) -> None:
    access = RedisAccess(guarded.redis.url)
    known, secret = access.add_key("a service", None)
    webhook = register(guarded, {"X-API-Key": secret}).json()
    webhooks = RedisWebhooks(guarded.redis.url)
    assert [each.id for each in webhooks.wanting("analysis.failed", OWNER)] == [webhook["id"]]
    access.revoke_key(known.id)
    assert webhooks.wanting("analysis.failed", OWNER) == []
    (shown,) = guarded.http.get("/v1/webhooks", headers=key(guarded, None)).json()["webhooks"]
    assert (shown["on"], shown["off_because"]) == (False, "the API key that made it is refused")


def test_each_maker_has_room_for_some(guarded: Api) -> None:
    for _ in range(MOST_PER_MAKER):
        assert register(guarded, bearer(OWNER)).status_code == 201
    assert code_of(register(guarded, bearer(OWNER))) == "too_many_webhooks"
    assert register(guarded, bearer(MALLORY)).status_code == 201


def test_secrets_are_not_logged(guarded: Api) -> None:
    secret = register(guarded, bearer(OWNER)).json()["secret"]
    assert secret.removeprefix("whsec_") not in guarded.log.read_text()


def test_a_user_s_webhooks_are_forgotten_with_the_user(guarded: Api) -> None:
    register(guarded, bearer(OWNER))
    shared = register(guarded, key(guarded, [OWNER, MALLORY])).json()["id"]
    webhooks = RedisWebhooks(guarded.redis.url)
    assert webhooks.forget_user(OWNER) == 1
    assert [(each.id, each.users) for each in webhooks.all()] == [(shared, frozenset({MALLORY}))]
