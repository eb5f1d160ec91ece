"""A public log that anyone can verify: RFC 6962 tree, C2SP tiles, notes, checkpoints, proofs, witnesses.

Pure but for the cryptography: no files, no network, no clock, no chance. README.md beside this file shows
how to use it without the rest of Kulanz.
"""
