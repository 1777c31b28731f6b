"""Good videos with something wrong in them: bytes, sizes, times, turns, counts."""

import struct
from collections.abc import Callable
from random import Random

from benchmarks.fuzz import seeds
from benchmarks.fuzz.boxes import added, box, boxes, first, full_box, replaced

Made = tuple[bytes, str]
"""What is in the file, and the suffix of its name."""

_ODD_32 = (0, 1, 2, 7, 8, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 1_000_000_000)


def flipped_bytes(random: Random) -> Made:
    """A few bytes anywhere are others."""
    name, data = _seed(random)
    return flipped(random, data, range(len(data))), seeds.suffix(name)


def flipped_headers(random: Random) -> Made:
    """A few bytes at the beginning are others, where containers and codecs keep what is worst to get wrong."""
    name, data = _seed(random)
    return flipped(random, data, range(min(len(data), 700))), seeds.suffix(name)


def flipped_index(random: Random) -> Made:
    """A few bytes of an MP4's index are others."""
    name, data = _seed(random, seeds.MP4S)
    index = first(data, b"moov")
    assert index is not None
    return flipped(random, data, range(index.payload, index.end)), seeds.suffix(name)


def cut(random: Random) -> Made:
    """The end is missing, or the beginning."""
    name, data = _seed(random)
    at = random.randrange(1, len(data))
    return (data[:at] if random.random() < 0.8 else data[at:]), seeds.suffix(name)


def spliced(random: Random) -> Made:
    """A stretch is missing, comes twice, is full of zeros, or is that of another video."""
    name, data = _seed(random)
    start, end = sorted(random.sample(range(len(data)), 2))
    _, other = _seed(random)
    middle = random.choice(
        (b"", data[start:end] * 2, bytes(end - start), other[start:end], random.randbytes(end - start))
    )
    return data[:start] + middle + data[end:], seeds.suffix(name)


def box_sizes(random: Random) -> Made:
    """One to three boxes say that they are empty, huge, or reach into their neighbours."""
    name, data = _seed(random, seeds.MP4S)
    out = bytearray(data)
    for each in random.sample(list(boxes(data)), random.randint(1, 3)):
        real = each.end - each.start
        size = random.choice((*_ODD_32, real - 1, real + 1, real + 8, real // 2, real * 2))
        struct.pack_into(">I", out, each.start, size & 0xFFFFFFFF)
    return bytes(out), seeds.suffix(name)


def box_order(random: Random) -> Made:
    """A box comes twice, in another's place, within itself, or a thousand deep."""
    name, data = _seed(random, seeds.PLAIN_MP4S)
    found = list(boxes(data))
    one, other = random.choice(found), random.choice(found)
    piece = data[one.start : one.end]
    if random.random() < 0.3:
        piece = data[:0]
        for _ in range(random.choice((10, 1000, 20_000))):
            piece = (
                struct.pack(">I4s", min(len(piece) + 8, 0xFFFFFFFF), random.choice((b"moov", b"trak", b"udta"))) + piece
            )
            if len(piece) > 400_000:
                break
    return data[: other.start] + piece + data[random.choice((other.start, other.end)) :], seeds.suffix(name)


def durations(random: Random) -> Made:
    """Durations and time scales of film, track and medium are absurd."""
    name, data = _seed(random, seeds.MP4S)
    return rescaled(random, data), seeds.suffix(name)


def rescaled(random: Random, data: bytes) -> bytes:
    """The MP4 with absurd durations and time scales."""
    out = bytearray(data)
    # Offsets of 32-bit fields in a version 0 box: time scale and duration, or duration alone.
    fields = {b"mvhd": (12, 16), b"mdhd": (12, 16), b"tkhd": (20,), b"mehd": (4,), b"trex": (12,), b"tfhd": (8,)}
    for each in boxes(data):
        for offset in fields.get(each.kind, ()):
            if random.random() < 0.5 and each.payload + offset + 4 <= each.end:
                struct.pack_into(">I", out, each.payload + offset, random.choice(_ODD_32))
    return bytes(out)


def timestamps(random: Random) -> Made:
    """The pictures' times stand still, leap, run backwards or overflow."""
    name, data = _seed(random, seeds.PLAIN_MP4S)
    return retimed(random, data), seeds.suffix(name)


def retimed(random: Random, data: bytes) -> bytes:
    """The MP4 with other times of its pictures."""
    entries = [(random.choice((1, 3, 16, 0xFFFFFFFF)), random.choice(_ODD_32)) for _ in range(random.randint(1, 20))]
    data = replaced(data, b"stts", full_box(b"stts", struct.pack(">I", len(entries)) + _pairs(entries)))
    shifts = [(1, random.choice(_ODD_32)) for _ in range(random.randint(1, 20))]
    table = full_box(b"ctts", struct.pack(">I", len(shifts)) + _pairs(shifts), version=random.choice((0, 1)))
    if random.random() < 0.6:
        data = replaced(data, b"ctts", table) if first(data, b"ctts") else added(data, b"stbl", table)
    return data


def edit_lists(random: Random) -> Made:
    """An edit list that loops, leaps, stands still or shows what is not there."""
    name, data = _seed(random, seeds.PLAIN_MP4S)
    count = random.choice((1, 2, 50, 5000))
    entries = b"".join(
        struct.pack(
            ">IiI",
            random.choice((*_ODD_32, 100, 500)),
            random.choice((-1, 0, 0, 1, 100, -(2**31), 2**31 - 1)),
            random.choice((0, 0x10000, 0x10000, 0xFFFF0000, 1)),
        )
        for _ in range(count)
    )
    claimed = random.choice((count, count, 0xFFFFFFFF))
    edits = box(b"edts", full_box(b"elst", struct.pack(">I", claimed) + entries))
    return (replaced(data, b"edts", edits) if first(data, b"edts") else added(data, b"trak", edits)), seeds.suffix(name)


def turns(random: Random) -> Made:
    """The matrix that turns the picture turns it into nothing, skews it or is noise."""
    name, data = _seed(random, seeds.MP4S)
    return turned(random, data), seeds.suffix(name)


def turned(random: Random, data: bytes) -> bytes:
    """The MP4 with another matrix."""
    track = first(data, b"tkhd")
    assert track is not None
    one = 0x10000
    matrix = random.choice(
        (
            (0,) * 9,
            (0, one, 0, -one, 0, 0, 0, 0, 0x40000000),
            (one, one, 0, one, one, 0, 0, 0, 0x40000000),
            tuple(random.randrange(-(2**31), 2**31) for _ in range(9)),
            (2**31 - 1,) * 9,
            (-(2**31),) * 9,
        )
    )
    out = bytearray(data)
    struct.pack_into(">9i", out, track.payload + 40, *matrix)
    return bytes(out)


def claimed_sizes(random: Random) -> Made:
    """The container says of the picture that it is one pixel, a line, or larger than any memory."""
    name, data = _seed(random, seeds.MP4S)
    entry = first(data, b"stsd")
    assert entry is not None
    out = bytearray(data)
    sides = (0, 1, 2, 15, 16384, 65535)
    # 8.5.2 and 12.1.3: the first sample entry's width and height
    struct.pack_into(">HH", out, entry.payload + 8 + 32, random.choice(sides), random.choice(sides))
    return bytes(out), seeds.suffix(name)


def codec_headers(random: Random) -> Made:
    """What tells the decoder of the pictures' size and form (such as H.264's SPS) has some bits turned."""
    name, data = _seed(random, seeds.MP4S)
    entry = first(data, b"stsd")
    assert entry is not None
    return flipped(random, data, range(entry.payload + 8 + 78, entry.end)), seeds.suffix(name)


def claimed_counts(random: Random) -> Made:
    """A thousand million pictures, or as many of size nothing, in a file of two kilobytes."""
    name, data = _seed(random, seeds.PLAIN_MP4S)
    count = random.choice((1_000_000, 1_000_000_000, 0xFFFFFFFF))
    data = replaced(data, b"stts", full_box(b"stts", struct.pack(">III", 1, count, random.choice((0, 1, 512)))))
    if random.random() < 0.7:
        data = replaced(data, b"stsz", full_box(b"stsz", struct.pack(">II", random.choice((0, 1, 30)), count)))
    if random.random() < 0.5:
        data = replaced(data, b"stsc", full_box(b"stsc", struct.pack(">IIII", 1, 1, count, 1)))
    return data, seeds.suffix(name)


def encrypted(random: Random) -> Made:
    """The sample entry says that the pictures are encrypted."""
    name, data = _seed(random, ("mp4-h264", "mov-h264", "mp4-hevc"))
    scheme = box(b"frma", b"avc1") + full_box(b"schm", b"cenc" + struct.pack(">I", 0x10000))
    key = full_box(b"tenc", struct.pack(">BBBB", 0, 0, 1, 8) + random.randbytes(16))
    protection = box(b"sinf", scheme + box(b"schi", key))
    entry = first(data, b"stsd")
    assert entry is not None
    (size,) = struct.unpack_from(">I", data, entry.payload + 8)
    described = bytearray(data[entry.payload + 8 : entry.payload + 8 + size] + protection)
    struct.pack_into(">I4s", described, 0, len(described), b"encv")
    return replaced(data, b"stsd", full_box(b"stsd", struct.pack(">I", 1) + bytes(described))), seeds.suffix(name)


def references(random: Random, url: str) -> Made:
    """The pictures are said to lie in another file or on the network."""
    name, data = _seed(random, seeds.PLAIN_MP4S)
    target = random.choice(("file:///etc/passwd", "/etc/passwd", "../../../../etc/passwd", url)).encode()
    alias = full_box(b"alis", bytes(150) + struct.pack(">HH", 2, len(target)) + target + struct.pack(">hH", -1, 0))
    entry = random.choice((full_box(b"url ", target + b"\0"), full_box(b"urn ", b"a\0" + target + b"\0"), alias))
    return replaced(data, b"dref", full_box(b"dref", struct.pack(">I", 1) + entry)), seeds.suffix(name)


def _seed(random: Random, names: tuple[str, ...] = seeds.NAMES) -> tuple[str, bytes]:
    name = random.choice(names)
    return name, seeds.seed(name)


def flipped(random: Random, data: bytes, where: range) -> bytes:
    """The bytes with some of those `where` turned, emptied or filled."""
    out = bytearray(data)
    odd: Callable[[], int] = random.choice((lambda: random.randrange(256), lambda: 0, lambda: 255))
    for _ in range(random.choice((1, 2, 4, 8, 32))):
        at = random.choice(where)
        out[at] = out[at] ^ (1 << random.randrange(8)) if random.random() < 0.5 else odd()
    return bytes(out)


def _pairs(entries: list[tuple[int, int]]) -> bytes:
    return b"".join(struct.pack(">II", *entry) for entry in entries)
