# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Draws a run's held-out curves as an SVG, with no library: plot.py RUN/dev.jsonl OUT.svg."""

import json
import sys

WIDTH, HEIGHT, EDGE = 720, 360, 48
COLOURS = {"pairs": "#1f77b4", "matte": "#d62728", "person": "#2ca02c", "matte_fg": "#9467bd"}


def polyline(points, colour, name, row):
    text = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    label = f'<text x="{EDGE + 8}" y="{EDGE + 16 * row}" fill="{colour}" font-size="12">{name}</text>'
    return f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{text}"/>{label}'


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        rows = [json.loads(line) for line in f]
    last = max(r["seen"] for r in rows)
    place = lambda r, v: (EDGE + (WIDTH - 2 * EDGE) * r["seen"] / last, HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * v)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for tenth in range(0, 11, 2):
        y = place(rows[0], tenth / 10)[1]
        parts.append(f'<path d="M{EDGE} {y}H{WIDTH - EDGE}" stroke="#ddd"/><text x="8" y="{y}" font-size="11">{tenth / 10}</text>')
    for row, (name, colour) in enumerate(COLOURS.items()):
        parts.append(polyline([place(r, r[name]) for r in rows], colour, name, row))
    parts.append(f'<text x="{WIDTH / 2 - 60}" y="{HEIGHT - 12}" font-size="12">samples seen (0 to {last})</text></svg>')
    with open(sys.argv[2], "w", encoding="utf-8") as f:
        f.write("\n".join(parts))


if __name__ == "__main__":
    main()
