"""Serve a model with llama.cpp until the process ends.

Given are the model's file, a port, the key to ask for, the model's name, and a file for the process's number.
"""

import os
import signal
import sys
from pathlib import Path

import xllamacpp

path, port, key, name, process = sys.argv[1:]
Path(process).write_text(str(os.getpid()), "ascii")
asked = xllamacpp.CommonParams()
asked.model.path = path
asked.model_alias = {name}
asked.hostnames = ["127.0.0.1"]
asked.port = int(port)
asked.api_keys = [key]
asked.n_ctx = 65_536
asked.n_parallel = 1
asked.cpuparams.n_threads = 1
asked.warmup = False
server = xllamacpp.Server(asked)
signal.pause()
