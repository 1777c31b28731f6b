"""`python -m mannequin --exercise squat --repetitions 3 --out squat.mp4`: draw a clip, print the truth about it."""

import argparse
import json
import math
import sys
from pathlib import Path

from mannequin.clip import VIEWS, Clip, draw
from mannequin.motions import MOTIONS


def main(arguments: list[str] | None = None) -> int:
    """Draw the clip that the command line asks for."""
    default = Clip()
    parser = argparse.ArgumentParser(prog="mannequin", description=__doc__)
    parser.add_argument("--exercise", choices=sorted(MOTIONS), default=default.exercise)
    parser.add_argument("--repetitions", type=int, default=default.repetitions)
    parser.add_argument("--seconds", type=float, help="as many repetitions as fill this time, instead of --repetitions")
    parser.add_argument("--turn-deg", type=float, help="leading joint angle at the turning point")
    parser.add_argument("--extra-lean-deg", type=float, default=default.extra_lean_deg)
    parser.add_argument("--faults", help="names of faults to plant, one for each repetition: squat.depth,,squat.tempo")
    parser.add_argument("--view", choices=sorted(VIEWS), default=default.view)
    parser.add_argument("--fps", type=float, default=default.fps)
    parser.add_argument("--width", type=int, default=default.width)
    parser.add_argument("--height", type=int, default=default.height)
    parser.add_argument("--faces", choices=("left", "right"), default=default.faces)
    parser.add_argument("--bystander", action="store_true", help="a second person stands in the picture")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args(arguments)

    repetitions, idle_after_s = asked.repetitions, default.idle_after_s
    if asked.seconds is not None:
        each_s = default.seconds_per_repetition + default.rest_s
        room_s = asked.seconds - default.idle_before_s - default.idle_after_s + default.rest_s
        repetitions = max(math.floor(room_s / each_s + 1e-9), 0)
        idle_after_s += room_s - repetitions * each_s
    faults = tuple(asked.faults.split(",")) if asked.faults else ()
    repetitions = len(faults) or repetitions
    clip = Clip(
        exercise=asked.exercise,
        repetitions=repetitions,
        turn_deg=asked.turn_deg,
        idle_after_s=idle_after_s,
        extra_lean_deg=asked.extra_lean_deg,
        faults=faults,
        view=asked.view,
        fps=asked.fps,
        width=asked.width,
        height=asked.height,
        faces=asked.faces,
        bystander=asked.bystander,
    )
    truth = draw(asked.out, clip)
    turns = [round(repetition.turn_s, 3) for repetition in truth.repetitions]
    print(json.dumps({"file": str(asked.out), "repetitions": truth.count, "turns_s": turns}))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
