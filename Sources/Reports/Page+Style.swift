// The report's style sheet. Colours are variables, so that dark and printed pages change twenty lines and nothing else.

extension Page {
  static let style = """
    :root {
      --paper: #fdfcfa; --ink: #1d1c1a; --muted: #69665f; --rule: #dcd8cf; --grid: #ebe8e1; --panel: #f5f3ee;
      --s0: #75726a; --s1: #1c6dd0; --s2: #c4520c; --s3: #0b8767; --s4: #7846c4; --s5: #b5276d; --s6: #866a00;
      --s7: #0b7d99; --over: #eda873; --under: #82b1ea; --bar: #d9d5cb; --count: #a8a399;
      --shared: #b9b4a8; --within: #6aa5e8; --between: #16569f;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #171715; --ink: #ebe9e3; --muted: #a29e94; --rule: #3a3832; --grid: #2a2925; --panel: #201f1c;
        --s0: #a9a59b; --s1: #6aa9ff; --s2: #f59153; --s3: #47c6a0; --s4: #b794f6; --s5: #f27fb2; --s6: #d8b23c;
        --s7: #52c1de; --over: #c9692a; --under: #3f7fcb; --bar: #3b3932; --count: #6e6a61;
        --shared: #57534a; --within: #3f7fcb; --between: #9cc8ff;
      }
    }
    @media print {
      :root {
        --paper: #fff; --ink: #000; --muted: #444; --rule: #bbb; --grid: #e4e4e4; --panel: #fff;
        --s0: #75726a; --s1: #1c6dd0; --s2: #c4520c; --s3: #0b8767; --s4: #7846c4; --s5: #b5276d; --s6: #866a00;
        --s7: #0b7d99; --over: #eda873; --under: #82b1ea; --bar: #d9d5cb; --count: #a8a399;
        --shared: #b9b4a8; --within: #6aa5e8; --between: #16569f;
      }
      body { padding: 0 !important; max-width: none !important; }
      section { break-inside: auto; } figure, tr { break-inside: avoid; } h2, .note { break-after: avoid; }
      .wide { overflow: visible; }
    }
    * { box-sizing: border-box; }
    html { background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; }
    body {
      max-width: 1144px; margin: 0 auto; padding: 56px 32px 80px;
      font: 15px/1.55 "Inter", "Segoe UI", "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
      font-variant-numeric: tabular-nums lining-nums;
    }
    h1, h2 { font-family: "Charter", "Bitstream Charter", "Iowan Old Style", "Palatino", "Georgia", "Liberation Serif",
      serif; font-weight: 600; line-height: 1.2; letter-spacing: -0.01em; }
    h1 { font-size: 36px; margin: 0 0 14px; }
    h2 { font-size: 23px; margin: 0 0 6px; }
    h3 { font-size: 14px; font-weight: 600; margin: 0 0 4px; }
    header { border-bottom: 2px solid var(--ink); padding-bottom: 22px; margin-bottom: 44px; }
    section { margin: 0 0 60px; }
    .summary { font-size: 17px; max-width: 74ch; margin: 0; }
    .note { color: var(--muted); max-width: 82ch; margin: 0 0 20px; }
    .remarks { margin: 16px 0 0; padding: 10px 16px; background: var(--panel); border-left: 3px solid var(--over);
      list-style: none; }
    .remarks li { margin: 2px 0; }
    .wide { overflow-x: auto; } * + .wide { margin-top: 26px; } .note + .wide, .set + .wide { margin-top: 0; }
    table { border-collapse: collapse; width: 100%; font-size: 14px; }
    th, td { text-align: right; padding: 7px 0 7px 22px; vertical-align: top; white-space: nowrap; }
    thead th { font-weight: 500; color: var(--muted); border-bottom: 1px solid var(--ink); vertical-align: bottom;
      line-height: 1.3; white-space: normal; }
    thead tr.groups th { border-bottom: 0; color: var(--ink); font-weight: 600; padding-bottom: 0; text-align: center; }
    tbody tr { border-bottom: 1px solid var(--rule); }
    tbody tr.first { border-bottom-color: transparent; }
    tbody tr.second td, tbody tr.second th { padding-top: 0; }
    .words { text-align: left; padding-left: 0; font-weight: 500; }
    tr.second .words { font-weight: 400; color: var(--muted); padding-left: 24px; }
    td small { display: block; color: var(--muted); font-size: 11.5px; line-height: 1.35; }
    td b { font-weight: 700; }
    td .none, .muted { color: var(--muted); }
    .swatch { display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin-right: 9px;
      background: currentColor; }
    .row { display: flex; flex-wrap: wrap; gap: 24px 18px; align-items: flex-start; }
    .row.tight { gap: 0; }
    figure { margin: 0; } figcaption { color: var(--muted); font-size: 12.5px; line-height: 1.45; max-width: 60ch; }
    .cell { width: 256px; } .cell h3 { padding-left: 40px; } .cell figcaption { padding-left: 40px; }
    .legend { margin: 0 0 10px; font-size: 13px; display: flex; flex-wrap: wrap; gap: 4px 20px; }
    .key { white-space: nowrap; } .key svg { vertical-align: -1px; margin-right: 7px; }
    .key i { display: inline-block; width: 13px; height: 11px; margin-right: 7px; vertical-align: -1px; }
    svg { display: block; max-width: 100%; height: auto; overflow: visible; }
    .key svg { display: inline-block; }
    svg text { font-size: 11px; fill: var(--ink); } svg .tick { fill: var(--muted); }
    svg .axis-title { fill: var(--muted); } svg .name { font-size: 13px; }
    .grid { stroke: var(--grid); stroke-width: 1; } .axis { stroke: var(--muted); stroke-width: 1; }
    .line { fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; }
    .line.grid { stroke: var(--grid); stroke-width: 1; }
    .line.diagonal { stroke: var(--muted); stroke-width: 1; stroke-dasharray: 4 4; }
    .line.scaled { stroke: var(--ink); stroke-width: 1; opacity: 0.65; }
    .line.thick { stroke-width: 2.5; } .line.thin { stroke-width: 1; opacity: 0.7; }
    .line.dotted { stroke-dasharray: 1 4; } .line.dashed { stroke-dasharray: 6 4; }
    .line.band { fill: currentColor; stroke: none; opacity: 0.1; }
    .dot { fill: currentColor; } .ink-dot { fill: var(--ink); } .pale { opacity: 0.35; }
    .hollow { fill: var(--paper); stroke: currentColor; stroke-width: 1.5; }
    .bar { fill: var(--bar); } .count { fill: var(--count); }
    .outline { stroke: var(--s2); stroke-width: 1.5; } .count-key { background: var(--count); }
    .outline-key { border: 2px solid var(--s2); }
    .set { margin: 26px 0 8px; font-size: 15px; } .set .muted { font-weight: 400; } .slopes { margin-top: 34px; }
    table.dense { font-size: 13px; } .dense td, .dense th:not(.words) { padding-left: 12px; }
    .dense td.start, .dense th.start { padding-left: 30px; }
    .over { fill: var(--over); } .under { fill: var(--under); }
    .part-shared { fill: var(--shared); background: var(--shared); }
    .part-within { fill: var(--within); background: var(--within); }
    .part-between { fill: var(--between); background: var(--between); }
    .part-whole { fill: var(--bar); background: var(--bar); }
    .s0 { color: var(--s0); } .s1 { color: var(--s1); } .s2 { color: var(--s2); } .s3 { color: var(--s3); }
    .s4 { color: var(--s4); } .s5 { color: var(--s5); } .s6 { color: var(--s6); } .s7 { color: var(--s7); }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: 6px 28px; margin: 0; font-size: 14px; }
    dt { font-weight: 500; } dd { margin: 0; color: var(--muted); max-width: 84ch; }
    @media (max-width: 600px) {
      body { padding: 28px 16px 48px; } h1 { font-size: 27px; } dl { display: block; } dd { margin-bottom: 8px; }
    }
    code { font-family: "JetBrains Mono", "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 12.5px;
      overflow-wrap: anywhere; }
    """
}
