"""The words below a photo, on paper, so that none of them hides the body."""

from PIL import Image, ImageDraw

from analysis.pictures import style
from analysis.pictures.canvas import Caption, State

_BADGE_HEIGHT = 92


def with_caption(photo: Image.Image, caption: Caption, unit: float) -> Image.Image:
    """The photo with the caption on paper below it, so that no word hides the body."""
    margin, width = 26 * unit, photo.width
    title_px, text_px, quiet_px = round(38 * unit), round(29 * unit), round(26 * unit)
    badge_width = _badge_width(caption, unit)
    room = width - 2 * margin - (badge_width + margin if caption.badge else 0)
    titles = style.wrapped(caption.title, title_px, room, bold=True)
    blocks = [
        (line, style.wrapped(line.text, text_px, width - 2 * margin - 50 * unit),
         style.wrapped(line.detail, quiet_px, width - 2 * margin - 50 * unit))
        for line in caption.lines
    ]  # fmt: skip
    beside_badge = len(titles) * 48 * unit < _BADGE_HEIGHT * unit
    subtitles = style.wrapped(caption.subtitle, quiet_px, room if beside_badge else width - 2 * margin)
    head = max(len(titles) * 48 * unit + len(subtitles) * 40 * unit, 96 * unit if caption.badge else 0)
    body = sum(len(text) * 38 * unit + len(detail) * 34 * unit + 16 * unit for _, text, detail in blocks)
    total = round(margin + head + (18 * unit + body if blocks else 0) + margin * 0.7)

    card = Image.new("RGB", (width, photo.height + total), style.PAPER)
    card.paste(photo, (0, 0))
    draw = ImageDraw.Draw(card)
    y = photo.height + margin
    for title in titles:
        draw.text((margin, y), title, font=style.font(title_px, caption.title, bold=True), fill=style.INK, anchor="la")
        y += 48 * unit
    quiet_font = style.font(quiet_px, caption.subtitle)
    for subtitle in subtitles:
        draw.text((margin, y + 2 * unit), subtitle, font=quiet_font, fill=style.FADED_INK, anchor="la")
        y += 40 * unit
    if caption.badge:
        _draw_badge(draw, caption, (width - margin - badge_width, photo.height + margin), badge_width, unit)
    y = photo.height + margin + head + 18 * unit
    for line, text, detail in blocks:
        draw_sign(draw, line.state, (margin + 17 * unit, y + 18 * unit), 17 * unit)
        for row in text:
            draw.text((margin + 50 * unit, y), row, font=style.font(text_px, line.text), fill=style.INK, anchor="la")
            y += 38 * unit
        for row in detail:
            draw.text(
                (margin + 50 * unit, y), row, font=style.font(quiet_px, line.detail), fill=style.FADED_INK, anchor="la"
            )
            y += 34 * unit
        y += 16 * unit
    return card


def ink_on(state: State) -> str:
    """Dark letters on orange and sky blue, which are too light for white ones."""
    return style.INK if state in (State.MINOR, State.NEUTRAL) else "#FFFFFF"


def _badge_width(caption: Caption, unit: float) -> float:
    number = style.font(round(48 * unit), caption.badge, bold=True).getlength(caption.badge)
    below = style.font(round(20 * unit), caption.badge_unit).getlength(caption.badge_unit)
    return float(max(number, below) + 36 * unit)


def _draw_badge(
    draw: ImageDraw.ImageDraw, caption: Caption, corner: tuple[float, float], width: float, unit: float
) -> None:
    x, y = corner
    draw.rounded_rectangle((x, y, x + width, y + _BADGE_HEIGHT * unit), radius=18 * unit, fill=caption.state.colour)
    ink = ink_on(caption.state)
    middle = x + width / 2
    number_font = style.font(round(48 * unit), caption.badge, bold=True)
    unit_font = style.font(round(20 * unit), caption.badge_unit)
    draw.text((middle, y + 36 * unit), caption.badge, font=number_font, fill=ink, anchor="mm")
    draw.text((middle, y + 74 * unit), caption.badge_unit, font=unit_font, fill=ink, anchor="mm")


def draw_sign(draw: ImageDraw.ImageDraw, state: State, centre: tuple[float, float], radius: float) -> None:
    """A tick, an exclamation mark or a dot: the shape says it too, not the colour alone."""
    x, y = centre
    stroke = max(2, round(radius / 4))
    if state >= State.MINOR:
        corners = [(x, y - radius), (x + radius * 1.08, y + radius * 0.86), (x - radius * 1.08, y + radius * 0.86)]
        draw.polygon(corners, fill=state.colour)
        draw.line((x, y - radius * 0.35, x, y + radius * 0.28), fill=ink_on(state), width=stroke)
        draw.ellipse((x - stroke / 2, y + radius * 0.5 - stroke / 2, x + stroke / 2, y + radius * 0.5 + stroke / 2),
                     fill=ink_on(state))  # fmt: skip
        return
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=state.colour)
    if state == State.GOOD:
        tick = [(x - radius * 0.5, y), (x - radius * 0.1, y + radius * 0.42), (x + radius * 0.52, y - radius * 0.4)]
        draw.line(tick, fill="#FFFFFF", width=stroke, joint="curve")
    else:
        draw.ellipse((x - radius * 0.3, y - radius * 0.3, x + radius * 0.3, y + radius * 0.3), fill="#FFFFFF")
