"""Training: how every shipped model is made from files, with a fixed seed."""
