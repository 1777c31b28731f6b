"""What cannot be avoided: decoding, and the landmark network once per frame, on all cores.

`python -m benchmarks.floor VIDEO MODEL.task` prints milliseconds a frame. No detector, no tracking, no pictures: each
process decodes its share of the video to RGB and runs the network on a fixed input.
"""

import argparse
import multiprocessing
import os
import time
import zipfile
from multiprocessing.synchronize import Barrier
from pathlib import Path

import numpy as np

from analysis.media.frames import decode
from analysis.media.orientation import UprightPictures
from analysis.media.video import VideoFile, probe
from analysis.pose.segments import divide


def _work(video: VideoFile, start_pts: int, end_pts: int, model: Path, barrier: Barrier) -> None:
    from ai_edge_litert.interpreter import Interpreter

    with zipfile.ZipFile(model) as bundle:
        network = Interpreter(model_content=bundle.read("pose_landmarks_detector.tflite"), num_threads=1)
    network.allocate_tensors()
    entry = network.get_input_details()[0]
    picture = np.random.default_rng(0).random(entry["shape"], dtype=np.float32)
    pictures = UprightPictures(video.orientation, "rgb24", 10_000)
    barrier.wait()
    for _, frame in decode(video, start_pts, end_pts):
        pictures.convert(frame)
        network.set_tensor(entry["index"], picture)
        network.invoke()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("video", type=Path)
    parser.add_argument("model", type=Path)
    options = parser.parse_args()
    video = probe(options.video)
    segments = divide(video, len(os.sched_getaffinity(0)))
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(len(segments) + 1)
    processes = [
        context.Process(target=_work, args=(video, each.start_pts, each.end_pts, options.model, barrier))
        for each in segments
    ]
    for process in processes:
        process.start()
    barrier.wait()
    started = time.perf_counter()
    for process in processes:
        process.join()
    print((time.perf_counter() - started) / video.info.frame_count * 1000)


if __name__ == "__main__":
    main()
