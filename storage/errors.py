"""What storage can refuse, each with a stable code; vendor errors are wrapped at the edge, keeping the cause."""

from typing import ClassVar


class StorageError(Exception):
    """Storage could not do as asked; `code` is stable, `str(error)` is a sentence without secrets."""

    code: ClassVar[str] = "storage_failed"


class StorageUnavailable(StorageError):
    """The store or Redis does not answer; worth a retry."""

    code = "storage_unavailable"


class StorageBusy(StorageUnavailable):
    """It answers, and asks to be left alone for `after_s` seconds."""

    def __init__(self, message: str, after_s: float) -> None:
        super().__init__(message)
        self.after_s = after_s


class StorageFull(StorageError):
    """There is no room left on the disk; worth a retry when somebody has made some."""

    code = "storage_full"


class StorageRefused(StorageError):
    """The store does not let this service do what it must: credentials, roles, or a bucket that is not there.

    Trying again changes nothing; the operator has to. `python -m storage doctor` says what.
    """

    code = "storage_refused"


class StorageCorrupt(StorageError):
    """What was sent or fetched has another checksum than it should have, time and again."""

    code = "storage_corrupt"


class UnsafeEnvironment(StorageError):
    """This environment is not one in which to serve real people's data."""

    code = "unsafe_environment"


class ObjectTooLarge(StorageError):
    """The object has more bytes than the caller allowed."""

    code = "file_too_large"


class ObjectNotFound(StorageError):
    """No object lies under that key."""

    code = "video_not_found"


class InvalidKey(StorageError):
    """The path is not one that the store may hold: traversal, absolute, control characters, too long."""

    code = "invalid_path"


class KeyOutsideUserFolder(InvalidKey):
    """The path does not lie in a user's folder."""

    code = "path_outside_user_folder"


class JobNotFound(StorageError):
    """No job has that id."""

    code = "job_not_found"


class AddressGone(StorageError):
    """No device has this address any more, or it never was one; a message to it never arrives."""

    code = "address_gone"


class DeviceNotFound(StorageError):
    """No device of that id is registered."""

    code = "device_not_found"


class JobAlreadyEnded(StorageError):
    """The job cannot be cancelled any more."""

    code = "job_already_ended"


class ClaimRefused(StorageError):
    """The job is not there to be claimed: another worker holds it, or it has ended."""

    code = "claim_refused"


class WorkerNotFound(StorageError):
    """No worker of that id was seen during the last day."""

    code = "worker_not_found"


class LeaseLost(StorageError):
    """The claim expired or another worker took the job; nothing may be published any more."""

    code = "lease_lost"


class DeliveryNotFound(StorageError):
    """The log of deliveries holds none of that id (any more)."""

    code = "delivery_not_found"


class WebhookNotFound(StorageError):
    """There is no webhook of that id."""

    code = "webhook_not_found"


class TooManyWebhooks(StorageError):
    """Whoever asks has as many webhooks as may be."""

    code = "too_many_webhooks"


class VideoQuarantined(StorageError):
    """This very video is set aside, since reading it ended the analysis time and again."""

    code = "video_quarantined"


class NotInQuarantine(StorageError):
    """That video is not set aside."""

    code = "not_in_quarantine"


class TooManyWaiting(StorageError):
    """As many jobs wait as may; worth another try in `after_s`, when one has been begun, or None where nobody knows."""

    def __init__(self, message: str, after_s: float | None = None) -> None:
        super().__init__(message)
        self.after_s = after_s


class TooManyJobsWaiting(TooManyWaiting):
    """As many of the owner's jobs wait as may."""

    code = "too_many_jobs_waiting"


class QueueFull(TooManyWaiting):
    """Likewise of everybody's."""

    code = "queue_full"


class BeingErased(StorageError):
    """Everything of the user is being erased; nothing new is begun meanwhile."""

    code = "being_erased"


class DataRequestNotFound(StorageError):
    """Nobody asked for an erasure or an export of that id, or it is kept no longer."""

    code = "data_request_not_found"
