"""A small picture of a run: what was acknowledged over time against the limit, and how long each ack took."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tillday_local.bench.figures import Curve, Figures

WIDTH: Final = 860
HEIGHT: Final = 340
PANEL: Final = 360
LEFT: Final = (60, 490)
TOP: Final = 60
BOTTOM: Final = 280
POINTS: Final = 400

STYLE: Final = (
    "text{font:13px system-ui,sans-serif;fill:#263238}.t{font-weight:600;font-size:15px}"
    ".a{stroke:#90a4ae;fill:none}.l{stroke:#00695c;stroke-width:2;fill:none}"
    ".m{stroke:#c62828;stroke-width:1.5;stroke-dasharray:6 4;fill:none}"
)


def svg(figures: Figures, curve: Curve) -> str:
    """Return the picture as SVG text."""
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'width="{WIDTH}" height="{HEIGHT}" role="img">',
            f"<title>Tillday benchmark, {figures.terminals} terminals, {figures.cpus} cores</title>",
            f"<style>{STYLE}</style>",
            '<rect width="100%" height="100%" fill="#fff"/>',
            _throughput(figures, curve.acknowledged),
            _latencies(figures, curve.latencies_ms),
            "</svg>\n",
        )
    )


def _throughput(figures: Figures, points: Sequence[tuple[float, int]]) -> str:
    seconds = max(figures.history.seconds, 0.001)
    most = max(figures.history.sales, 1)
    path = _thinned([(0.0, 0), *points])
    reach = min(seconds, most / figures.limit.sales_per_second)
    lines = (
        _line("l", [(x / seconds, y / most) for x, y in path], LEFT[0]),
        _line("m", [(0.0, 0.0), (reach / seconds, reach * figures.limit.sales_per_second / most)], LEFT[0]),
    )
    title = f"{figures.history.sales_per_second:,.0f} sales/s acknowledged"
    note = f"dashed: the database alone, {figures.limit.sales_per_second:,.0f}/s"
    return _panel(LEFT[0], title, note, (f"{seconds:.1f} s", f"{most:,} sales")) + "".join(lines)


def _latencies(figures: Figures, latencies: Sequence[float]) -> str:
    most = max(latencies, default=1.0)
    count = max(len(latencies) - 1, 1)
    path = _thinned([(float(n), value) for n, value in enumerate(latencies)])
    line = _line("l", [(x / count, y / most) for x, y in path], LEFT[1])
    title = f"ack p50 {figures.live.ack_p50_ms:.1f} ms, p99 {figures.live.ack_p99_ms:.1f} ms"
    note = f"at {figures.live.offered_per_second:g} sales/s, sorted"
    return _panel(LEFT[1], title, note, ("100 %", f"{most:.0f} ms")) + line


def _panel(left: int, title: str, note: str, ends: tuple[str, str]) -> str:
    right = left + PANEL - 30
    return (
        f'<text class="t" x="{left}" y="26">{title}</text><text x="{left}" y="44">{note}</text>'
        f'<path class="a" d="M{left} {TOP}V{BOTTOM}H{right}"/>'
        f'<text x="{right}" y="{BOTTOM + 20}" text-anchor="end">{ends[0]}</text>'
        f'<text x="{left - 6}" y="{BOTTOM + 20}">0</text>'
        f'<text x="{left + 6}" y="{TOP + 12}">{ends[1]}</text>'
    )


def _line(kind: str, points: Sequence[tuple[float, float]], left: int) -> str:
    placed = (f"{left + x * (PANEL - 30):.1f} {BOTTOM - y * (BOTTOM - TOP):.1f}" for x, y in points)
    return f'<path class="{kind}" d="M{" L".join(placed)}"/>' if points else ""


def _thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    step = max(1, len(points) // POINTS)
    return [*points[::step], points[-1]] if points else []
