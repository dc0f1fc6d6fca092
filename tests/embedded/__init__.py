"""The servers as processes: started, killed, restarted, stopped."""
