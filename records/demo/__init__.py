"""The demo clinic: fifty patients with years of plausible history, made by our own generator."""
