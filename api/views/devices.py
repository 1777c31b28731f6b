"""Devices that are told by a message when an analysis has ended."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.auth import caller
from api.device_schemas import DevicePath, DeviceQuery, DeviceReply, DevicesReply, NewDevice
from api.errors import ApiError
from api.replies import EVERYWHERE, errors, json_reply
from api.schemas import PROVEN
from api.services import services
from storage.errors import DeviceNotFound
from storage.signals.devices import NOT_THERE, Address, AddressKind, Device
from storage.signals.messaging import sends_messages

api = APIBlueprint(
    "devices",
    __name__,
    url_prefix="/v1/devices",
    abp_tags=[Tag(name="devices", description="Messages to phones when an analysis has ended")],
    abp_security=PROVEN,
    abp_responses=EVERYWHERE | errors(401, 403),
)


@api.post(
    "",
    description="To be called at each start of the app, after each login, and when its token or language changes: 201 "
    "for a device that is new to the user, 200 for one that was seen before. It is taken from whoever had it before. "
    "409 where the service has no Cloud Messaging; nothing is kept then.",
    responses={200: DeviceReply, 201: DeviceReply, **errors(409, 415)},
)
def register(body: NewDevice) -> Response:
    """Register a device."""
    caller().require(body.user)
    if not sends_messages(services().settings.storage):
        raise ApiError(
            "messaging_not_set_up",
            "This service sends no messages to devices, so there is nothing to register for. Please ask for the "
            "job, or follow its events.",
        )
    device, is_new = services().devices.register(
        body.user, _address(body), language=body.language, platform=body.platform
    )
    return json_reply(_reply(device), 201 if is_new else 200)


@api.get("", responses={200: DevicesReply, **errors()})
def index(query: DeviceQuery) -> Response:
    """A user's devices."""
    caller().require(query.user)
    return json_reply(DevicesReply(devices=[_reply(device) for device in services().devices.of(query.user)]))


@api.delete(
    "/<device_id>",
    description="To be called before the user logs out: no more messages go there.",
    responses={204: None, **errors(404)},
)
def remove(path: DevicePath) -> Response:
    """Remove a device."""
    asking = caller()
    device = services().devices.get(path.device_id)
    if not asking.may(device.owner):
        raise DeviceNotFound(NOT_THERE)  # whether another has it is nobody's business
    services().devices.remove(device)
    return Response(status=204)


def _address(body: NewDevice) -> Address:
    match body.token, body.fid:
        case str(token), None:
            return Address(AddressKind.TOKEN, token)
        case None, str(fid):
            return Address(AddressKind.FID, fid)
        case None, None:
            raise ApiError("missing_parameter", "Send the device's 'token', or its 'fid'.")
        case _:
            raise ApiError("invalid_parameter", "Send either 'token' or 'fid', not both.")


def _reply(device: Device) -> DeviceReply:
    return DeviceReply(
        id=device.id,
        user=device.owner,
        address=device.address.kind,
        language=device.language,
        platform=device.platform,
        registered_at=device.registered_at,
        seen_at=device.seen_at,
        expires_at=device.expires_at,
    )
