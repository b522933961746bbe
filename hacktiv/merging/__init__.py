"""Two accounts of one person: found by cautious hints, looked at by the network's administrators, and merged."""
