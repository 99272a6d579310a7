"""Training: what is asked of the network, the loop that teaches it, its process and the recording on disk."""
