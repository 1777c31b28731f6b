"""What the video says at each frame: count or time, verdicts, phase, angle, what to do, and why an attempt is none."""

from dataclasses import dataclass

import numpy as np

from analysis.film.sprites import PARTS
from analysis.judging.holds import held_until_s
from analysis.motion.measures import DEGREES
from analysis.pictures.canvas import Limb, Line, State
from analysis.pictures.evidence import Evidence, Marking, limb_states, marking_of, state_of, state_of_severity
from analysis.verdicts import FormFault, JudgedRepetition

# The last repetition is counted so long before the video ends, for the eye to see it.
SEEN_BEFORE_END_S = 0.7
# A cue stays for so long after its repetition, but not beyond the next one's turning point.
CUE_AFTER_S = 1.5


@dataclass(frozen=True, slots=True)
class Moment:
    """What one frame says.

    Attributes:
        count: Repetitions that are over; of an exercise that is held, whole seconds so far.
        count_noun: What they are called, in the form for so many.
        count_state: Verdict on the latest of them, or on the hold that runs; neutral before the first.
        reading: Phase and angle, such as `Descent · Knee flexion 112°`.
        cue: What to do about a fault, or why an attempt does not count, or None.
        limbs: Limbs that are more than neutral.
        marking: For the angles.
    """

    count: int
    count_noun: str
    count_state: State
    reading: str
    cue: Line | None
    limbs: dict[Limb, State]
    marking: Marking


_NOTHING = Marking({}, {}, None)


class Narration:
    """Tells the moments of one video."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence, self._wording = evidence, evidence.wording
        self._judged, self._is_held = evidence.report.efforts, evidence.exercise.hold is not None
        timestamps_s = evidence.track.timestamps_s
        latest = int(np.searchsorted(timestamps_s, timestamps_s[-1] - SEEN_BEFORE_END_S))
        self._starts = np.array([each.repetition.start for each in self._judged], np.int64)
        self._counted = np.array(
            [max(each.repetition.turn, min(each.repetition.end, latest)) for each in self._judged], np.int64
        )
        self._markings = [marking_of(evidence.exercise, each) for each in self._judged]
        self._limbs = [limb_states(marking.limbs, marking.side) for marking in self._markings]

    def at(self, frame: int) -> Moment:
        """What the frame of the evidence's track says."""
        number = int(np.searchsorted(self._starts, frame, side="right")) - 1
        during = number >= 0 and frame < self._judged[number].repetition.end
        if self._is_held:
            held = [each.repetition for each in self._judged]
            count, latest = int(held_until_s(held, self._evidence.track.timestamps_s, frame)), number
            noun = self._wording.counted("film_held", count)
        else:
            count = int(np.searchsorted(self._counted, frame, side="right"))
            noun, latest = self._wording.counted("film_count", count), count - 1
        return Moment(
            count=count,
            count_noun=noun,
            count_state=state_of(self._judged[latest]) if latest >= 0 else State.NEUTRAL,
            reading=self._reading(frame, self._judged[number] if during else None),
            cue=self._cue(frame, number) or self._why_not_counted(frame, number),
            limbs=self._limbs[number] if during else {},
            marking=self._markings[number] if during else _NOTHING,
        )

    def _reading(self, frame: int, judged: JudgedRepetition | None) -> str:
        report, wording = self._evidence.report, self._wording
        phases = judged.phases if judged else ()
        phase = next((name for name, start, end in phases if start <= frame < end), "")
        value = float(report.signal[frame])
        if not self._evidence.exercise.is_known or report.signal_unit != DEGREES:
            return wording.phase(phase)  # a movement of the whole body is no angle, and its figure says little
        reading = f"{wording.signal(report.signal_name)} {wording.value(value, report.signal_unit)}"
        return PARTS.join(part for part in (wording.phase(phase), reading if np.isfinite(value) else "") if part)

    def _cue(self, frame: int, number: int) -> Line | None:
        """The worst fault of the repetition that runs or ran last, from the moment that shows it."""
        if number < 0 or not self._judged[number].faults:
            return self._cue_of_previous(frame, number)
        fault = self._judged[number].faults[0]
        if frame < fault.frame:
            return self._cue_of_previous(frame, number)
        return self._line(fault) if self._fresh(frame, number) else None

    def _cue_of_previous(self, frame: int, number: int) -> Line | None:
        if number < 1 or not self._judged[number - 1].faults or not self._fresh(frame, number - 1):
            return None
        if frame >= self._judged[number].repetition.turn:  # it would be taken for this one's
            return None
        return self._line(self._judged[number - 1].faults[0])

    def _why_not_counted(self, frame: int, number: int) -> Line | None:
        """Of an attempt that does not count, from the moment that shows it until the next one that counts turns."""
        timestamps_s = self._evidence.track.timestamps_s
        for failed in reversed(self._evidence.report.no_repetitions):
            end = min(failed.repetition.end, len(timestamps_s) - 1)
            if failed.frame <= frame and timestamps_s[frame] <= timestamps_s[end] + CUE_AFTER_S:
                superseded = number >= 0 and failed.frame < self._judged[number].repetition.turn <= frame
                return None if superseded else Line(self._wording.why(failed.reason), state=State.MINOR)
        return None

    def _line(self, fault: FormFault) -> Line:
        return Line(self._wording.cue(fault.code), state=state_of_severity(fault.severity))

    def _fresh(self, frame: int, number: int) -> bool:
        timestamps_s = self._evidence.track.timestamps_s
        last = min(self._judged[number].repetition.end, len(timestamps_s) - 1)
        return bool(timestamps_s[frame] <= timestamps_s[last] + CUE_AFTER_S)
