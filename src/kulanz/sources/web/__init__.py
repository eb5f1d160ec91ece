"""The one way to the network: every connector reads through this client, under its limits."""
