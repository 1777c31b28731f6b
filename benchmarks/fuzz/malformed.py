"""Files that were never good videos: bombs, several formats in one, playlists, pictures, sound, nothing."""

import io
import struct
import zipfile
from collections.abc import Callable
from random import Random

import cv2
import numpy as np

from benchmarks.fuzz import seeds
from benchmarks.fuzz.boxes import box, full_box, replaced
from benchmarks.fuzz.damaged import Made


def real_sizes(random: Random) -> Made:
    """Pictures of one pixel, one line, or more than 8K, which really are that."""
    size, container, codec = random.choice(
        (
            ((2, 2), "mp4", "libx264"),
            ((1, 1), "avi", "mpeg4"),
            ((8190, 2), "mp4", "mpeg4"),
            ((2, 8190), "mp4", "mpeg4"),
            ((16384, 16), "mp4", "libx264"),
            ((16, 16384), "matroska", "libx264"),
            ((1, 65500), "avi", "mjpeg"),
            ((65500, 1), "matroska", "mjpeg"),
        )
    )
    pictures = [np.full((size[1], size[0], 3), 90, np.uint8)] * 4
    return _kept(f"{size}{container}{codec}", lambda: seeds.encode(container, codec, pictures)), _SUFFIX[container]


def changing_sizes(random: Random) -> Made:
    """The pictures change their size in the middle, or have another one than the container says."""
    if random.random() < 0.3:
        name = random.choice(("avi-mjpeg", "mov-mjpeg", "mkv-mjpeg"))
        width, height = random.choice(((16000, 16000), (65500, 65500), (8000, 4500), (1, 65500)))
        real = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", seeds.SIZE[1], seeds.SIZE[0])
        return seeds.seed(name).replace(real, real[:5] + struct.pack(">HH", height, width)), seeds.suffix(name)
    container, codec = random.choice(
        (
            ("matroska", "libx264"),
            ("mpegts", "libx264"),
            ("avi", "mjpeg"),
            ("webm", "libvpx-vp9"),
            ("mpegts", "mpeg2video"),
        )
    )
    first, second = random.sample([(96, 64), (640, 480), (16, 16), (2048, 64), (64, 2048), (4080, 2304)], 2)
    made = _kept(f"{container}{codec}{first}{second}", lambda: seeds.two_sizes(container, codec, first, second))
    return made, _SUFFIX[container]


def many_frames(random: Random) -> Made:
    """Really a million pictures, or so many packets, in a small file."""
    count = random.choice((150_000, 1_000_000))
    if random.random() < 0.5:
        name, data = "mkv", _kept("mkv", lambda: _matroska_of_tiny_blocks(300_000))
    else:
        name, data = f"mp4{count}", _kept(f"mp4{count}", lambda: _mp4_of_tiny_samples(count))
    return data, ".mkv" if name == "mkv" else ".mp4"


def wild_times(random: Random) -> Made:
    """Packets whose times the muxer was told: far apart, by hours or years."""
    container = random.choice(("matroska", "mp4", "mpegts"))
    step = random.choice((1, 1000, 20_000, 100_000))
    pictures = [seeds.picture(number) for number in range(8)]
    codec = "mjpeg" if container == "matroska" else "libx264"
    made = seeds.encode(container, codec, pictures, timestamp=lambda number: number * step)
    return made, _SUFFIX[container]


def several_formats(random: Random) -> Made:
    """A video that is also an archive, a page, a picture, a document or a script."""
    name = random.choice(seeds.NAMES)
    video = seeds.seed(name)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("../../evil.py", b"print('evil')" * 100)
        zipped.writestr("zeros", bytes(1_000_000))
    page = b"<html><script>fetch('http://example.org')</script><img src=file:///etc/passwd></html>"
    document = b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/URI/URI(file:///etc/passwd)>>>>endobj\n%%EOF\n"
    others = (archive.getvalue(), page, _picture(".jpg"), _picture(".png"), document, b"#!/bin/sh\ncat /etc/passwd\n")
    other = random.choice(others)
    hidden = box(b"free", other)
    return random.choice((video + other, other + video, hidden + video, video + hidden)), seeds.suffix(name)


def playlists(random: Random, url: str) -> Made:
    """Texts that make players open other files or addresses, named as a video is."""
    target = random.choice(
        ("file:///etc/passwd", "/etc/passwd", "concat:/etc/passwd|/etc/hostname", url, f"{url}/a.mp4")
    )
    texts = (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{target}\n#EXT-X-ENDLIST\n",
        f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{target}"\n#EXTINF:1,\n{target}\n',
        f"ffconcat version 1.0\nfile '{target}'\n",
        f"<MPD><Period><AdaptationSet mimeType='video/mp4'><Representation><BaseURL>{target}</BaseURL></Representation>"
        "</AdaptationSet></Period></MPD>",
        f"<svg xmlns='http://www.w3.org/2000/svg'><image href='{target}'/></svg>",
        f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\na=control:{target}\nm=video 1 RTP/AVP 96\n",
        f"[playlist]\nFile1={target}\nNumberOfEntries=1\n",
        f"RTSPtext\nrtsp://{target}\n",
    )
    text = random.choice(texts).encode()
    if random.random() < 0.3:
        text = seeds.seed("mp4-h264")[:32] + text
    return text, random.choice((".mp4", ".mov", ".mkv", ".avi"))


def no_video(random: Random) -> Made:
    """Nothing, one byte, text, a picture, sound, a cover, noise."""
    made = random.choice(
        (
            b"",
            b"\0",
            b"This is not a video. " * 50,
            _picture(".jpg"),
            _picture(".png"),
            _picture(".webp"),
            _kept("gif", lambda: _in("gif", "gif")),
            seeds.sound_only(),
            _cover_only(),
            random.randbytes(random.choice((16, 1000, 100_000))),
            b"\0\0\0\x20ftypisom" + random.randbytes(3000),
            b"\x1a\x45\xdf\xa3" + random.randbytes(3000),
            b"RIFF\xff\xff\xff\xffAVI " + random.randbytes(3000),
            b"\x47" * 188 * 20,
            b"\x47\x40\0\x10" + random.randbytes(184 * 40),
        )
    )
    return made, random.choice((".mp4", ".mov", ".webm", ".avi", ".mkv"))


def codecs_of_old(random: Random) -> Made:
    """Good videos in codecs and containers that we do not take, and codec names that belong to others."""
    codec, container = random.choice(
        (
            ("ffv1", "matroska"),
            ("flv", "flv"),
            ("wmv2", "asf"),
            ("huffyuv", "avi"),
            ("mpeg1video", "mpeg"),
            ("png", "mov"),
        )
    )
    if random.random() < 0.5:
        data = seeds.seed("mp4-h264")
        return data.replace(
            b"avc1", random.choice((b"hev1", b"vp09", b"mp4v", b"rle ", b"qdrw", b"dvh1", b"drac"))
        ), ".mp4"
    return _kept(codec, lambda: _in(codec, container)), ".mp4"


_SUFFIX = {"mp4": ".mp4", "matroska": ".mkv", "webm": ".webm", "avi": ".avi", "mpegts": ".ts"}
_made: dict[str, bytes] = {}


def _kept(name: str, make: Callable[[], bytes]) -> bytes:
    if name not in _made:
        _made[name] = make()
    return _made[name]


def _in(codec: str, container: str) -> bytes:
    return seeds.encode(container, codec, [seeds.picture(number) for number in range(6)])


def _picture(suffix: str) -> bytes:
    return bytes(cv2.imencode(suffix, seeds.picture(3))[1].tobytes())


def _cover_only() -> bytes:
    cover = box(b"covr", box(b"data", struct.pack(">II", 13, 0) + _picture(".jpg")))
    handler = full_box(b"hdlr", struct.pack(">I4s", 0, b"mdir") + bytes(13))
    tags = box(b"udta", full_box(b"meta", handler + box(b"ilst", cover)))
    head = full_box(b"mvhd", struct.pack(">IIII", 0, 0, 1000, 1000) + bytes(80))
    return box(b"ftyp", b"M4A \0\0\0\0") + box(b"moov", head + tags)


def _mp4_of_tiny_samples(count: int) -> bytes:
    """A good MP4 of MPEG-4 pictures whose index goes on to say that each of `count` further samples is one byte."""
    data = seeds.seed("mp4-mpeg4")
    data = replaced(data, b"stts", full_box(b"stts", struct.pack(">III", 1, count, 1)))
    data = replaced(data, b"stsz", full_box(b"stsz", struct.pack(">II", 1, count)))
    data = replaced(data, b"stsc", full_box(b"stsc", struct.pack(">IIII", 1, 1, count, 1)))
    return data + bytes(count)


def _matroska_of_tiny_blocks(count: int) -> bytes:
    """A good Matroska file of MJPEG, followed by so many blocks of one byte each."""
    block = b"\xa3\x85\x81\x00\x00\x80\x00"
    per_cluster = 10_000
    cluster = b"\x1f\x43\xb6\x75" + struct.pack(">Q", (1 << 56) | (3 + len(block) * per_cluster))
    body = cluster + b"\xe7\x81\x09" + block * per_cluster
    data = bytearray(seeds.seed("mkv-mjpeg"))
    segment = data.index(b"\x18\x53\x80\x67")
    data[segment + 4 : segment + 12] = b"\x01" + b"\xff" * 7  # of unknown size, as a live recorder writes
    return bytes(data) + body * (count // per_cluster)
