#!/usr/bin/env python3
"""Writes the ids that PyPI's tokenizers gives texts with the tokenizer of SmolLM2-135M-Instruct.

    python3 -m venv venv && venv/bin/pip install tokenizers==0.23.3
    venv/bin/python Tests/TokenizationTests/Reference/write_smollm2.py FOLDER

    smollm2.json   texts: [[text, [id]]]
"""

import json
import pathlib
import sys

import tokenizers
from reference_parts import texts

HERE = pathlib.Path(__file__).resolve().parent
reference = tokenizers.Tokenizer.from_file(str(pathlib.Path(sys.argv[1], "tokenizer.json")))
made_by = f"write_smollm2.py with tokenizers {tokenizers.__version__}"
content = {"made by": made_by, "texts": [[text, reference.encode(text).ids] for text in texts(150, 7)]}
text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
(HERE / "smollm2.json").write_text(text + "\n", encoding="utf-8")
