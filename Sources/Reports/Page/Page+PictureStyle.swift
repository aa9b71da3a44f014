// The rules of the style sheet that pictures need. Colours are variables of the page; `currentColor` is a method's.

extension Page {
  static let pictureStyle = """
    svg text { font-size: 11px; fill: var(--ink); } svg .tick { fill: var(--muted); }
    svg .axis-title { fill: var(--muted); } svg .name { font-size: 13px; }
    .grid { stroke: var(--grid); stroke-width: 1; } .axis { stroke: var(--muted); stroke-width: 1; }
    .line { fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; }
    .line.grid { stroke: var(--grid); stroke-width: 1; }
    .chance { fill: var(--muted); opacity: .16; } .line.isotonic { stroke: var(--ink); stroke-width: 2.2; }
    .line.diagonal { stroke: var(--muted); stroke-width: 1; stroke-dasharray: 4 4; }
    .line.scaled { stroke: var(--ink); stroke-width: 1; opacity: 0.65; }
    .line.thick { stroke-width: 2.5; } .line.thin { stroke-width: 1; opacity: 0.7; }
    .line.dashed { stroke-dasharray: 6 4; } .line.dotted { stroke-dasharray: 1 4; }
    .line.dashdot { stroke-dasharray: 8 4 1 4; } .line.longdash { stroke-dasharray: 12 4; }
    .line.sparse { stroke-dasharray: 2 8; } .line.double { stroke-dasharray: 8 4 8 10; }
    .line.dashdots { stroke-dasharray: 8 3 1 3 1 3; } .line.uneven { stroke-dasharray: 12 4 3 4; }
    .leader { fill: none; stroke: currentColor; stroke-width: 0.75; opacity: 0.6; }
    svg text.end { fill: currentColor; }
    .line.band { fill: currentColor; stroke: none; opacity: 0.1; }
    .dot { fill: currentColor; } .ink-dot { fill: var(--ink); } .pale { opacity: 0.35; }
    .hollow { fill: var(--paper); stroke: currentColor; stroke-width: 1.5; }
    .bar { fill: var(--bar); } .count { fill: var(--count); }
    .outline { stroke: var(--s2); stroke-width: 1.5; }
    .over { fill: var(--over); } .under { fill: var(--under); }
    .part-shared { fill: var(--shared); }
    .part-within { fill: var(--within); }
    .part-between { fill: var(--between); }
    .part-whole { fill: var(--bar); }
    .s0 { color: var(--s0); } .s1 { color: var(--s1); } .s2 { color: var(--s2); } .s3 { color: var(--s3); }
    .s4 { color: var(--s4); } .s5 { color: var(--s5); } .s6 { color: var(--s6); }
    """
}
