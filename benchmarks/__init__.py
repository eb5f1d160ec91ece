"""Speed against VADER, memory and start-up: ``python -m benchmarks``."""
