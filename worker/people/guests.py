"""Erases guests who have left (`storage/people/guests.py`): who sent a video without a login, to an app's old door."""

from collections.abc import Callable

from storage.people.data_requests import DataRequestKind, NewDataRequest, RedisDataRequests
from storage.people.guests import RedisGuests


def erase_guests(guests: RedisGuests, requests: RedisDataRequests, send: Callable[[str], None]) -> None:
    """Ask for the erasure of each, as a user would.

    The record of the erasure comes first, then the guest is forgotten, then the message: after each of them a worker
    may die.

    Args:
        guests: Who has left.
        requests: The records of what people ask about their data.
        send: Asks the workers for an erasure.
    """
    for guest in guests.departed():
        erasure, is_new = requests.create(NewDataRequest(DataRequestKind.ERASE_USER, guest.owner))
        guests.forget(guest)
        if is_new:
            send(erasure.id)
