"""What can be wrong with a video, each with a stable code and a sentence for the person who sent it.

None of these is worth a retry: the same file gives the same error.
"""

from typing import ClassVar


class AnalysisError(Exception):
    """The video cannot be analysed; `str(error)` is a sentence for its owner, `code` is stable."""

    code: ClassVar[str] = "analysis_failed"


class UnknownExercise(AnalysisError):
    """No declaration has that name or alias."""

    code = "unknown_exercise"


class EmptyFile(AnalysisError):
    """The file has no bytes."""

    code = "video_empty"


class NotAVideo(AnalysisError):
    """No container or no picture can be read from the file."""

    code = "not_a_video"


class TruncatedVideo(AnalysisError):
    """The file ends before the video does."""

    code = "video_truncated"


class NoPictures(AnalysisError):
    """The file holds sound and no moving picture."""

    code = "sound_only"


class SingleFrame(AnalysisError):
    """One picture is no movement."""

    code = "single_frame"


class VideoTooLong(AnalysisError):
    """The video lasts longer than the limit."""

    code = "video_too_long"


class FileTooLarge(AnalysisError):
    """The file has more bytes than the limit."""

    code = "file_too_large"


class ResolutionTooHigh(AnalysisError):
    """The picture is larger than the limit."""

    code = "resolution_too_high"


class TooManyFrames(AnalysisError):
    """The video has more pictures than the limit, however short it is."""

    code = "too_many_frames"


class CodecRefused(AnalysisError):
    """The pictures are packed in a way that no phone uses; its decoder is none that strangers may use."""

    code = "codec_refused"


class DecoderLimit(AnalysisError):
    """Reading the video takes more memory or processor time than a video of its size and length can need."""

    code = "decoder_limit"


class NobodyInPicture(AnalysisError):
    """No person was found in enough of the frames."""

    code = "nobody_in_picture"


class LandmarksUnreadable(AnalysisError):
    """What was to be judged again holds no landmarks."""

    code = "landmarks_unreadable"


class LandmarksGone(AnalysisError):
    """What was to be judged again is not kept any more."""

    code = "landmarks_gone"


class AnalysisCancelled(AnalysisError):
    """The caller asked the analysis to stop."""

    code = "cancelled"


class AnalysisCrashed(AnalysisError):
    """A process that read the video died or stood still, such as in a decoder's bug; the video is to blame."""

    code = "analysis_crashed"
