"""Draws the picture that moves at the top of the README: the step player of Module 09, as an SVG that plays by itself.

    python book/picture.py       reads the executed solution, writes .github/rat.svg (`make picture` executes it first)

Frames and colours are those of the notebook. Who asks their system for less motion sees the last frame.
"""

import re
import sys
from html import escape, unescape
from pathlib import Path

from build import PLAYER, ROOT, Refused, executed, player

SECONDS = 2.5  # for a frame
CAPTION = 34  # pixels below the picture


def moving(html):
    """One SVG that shows the frames of a player in turn."""
    frames = re.findall(r'<div class="aif-frame"[^>]*><svg([^>]*)>(.*?)</svg><p>(.*?)</p>', html, re.DOTALL)
    if not frames:
        raise Refused("the step player has no frames: has its HTML changed?")
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1].split(".aif-player", 1)[0]
    alt = unescape(re.search(r'class="aif-player"[^>]* aria-label="([^"]*)"', html)[1])
    sizes = [[float(re.search(rf' {side}="([\d.]+)"', attributes)[1]) for side in ("width", "height")] for attributes, *_ in frames]
    width, height = (max(side) for side in zip(*sizes, strict=True))
    share, time = 100 / len(frames), SECONDS * len(frames)
    motion = (
        f".frame{{opacity:0;animation:turn {time:g}s step-end infinite}}.frame:last-child{{opacity:1}}"
        f"@keyframes turn{{0%{{opacity:1}}{share:.2f}%{{opacity:0}}}}"
        "@media (prefers-reduced-motion:reduce){.frame{animation:none}}"
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="aif aif-fig" role="img" aria-label="{escape(alt)}" '
        f'width="{width:g}" height="{height + CAPTION:g}" viewBox="0 0 {width:g} {height + CAPTION:g}" '
        'font-family="Helvetica Neue,Arial,sans-serif" font-size="12">',
        f"<title>{escape(alt)}</title>",
        f"<style>{style}{motion}</style>",
        f'<rect width="{width:g}" height="{height + CAPTION:g}" rx="4" fill="#ffffff"/>',
    ]
    for index, (_, body, caption) in enumerate(frames):
        body = re.sub(r"<title>.*?</title>", "", body, flags=re.DOTALL).strip()
        parts.append(
            f'<g class="frame" style="animation-delay:{SECONDS * index - time:g}s">{body}'
            f'<text x="14" y="{height + 16:g}" font-size="14" fill="#1f2328">{caption}</text></g>'
        )
    return "\n".join([*parts, "</svg>\n"])


if __name__ == "__main__":
    try:
        notebook = executed(PLAYER)
        if notebook is None:
            raise Refused(f"{PLAYER} has not been executed as it stands: target/release/course run 09")
        (ROOT / ".github/rat.svg").write_text(moving(player(notebook)), encoding="utf-8")
    except Refused as refused:
        sys.exit(f"picture: {refused}")
