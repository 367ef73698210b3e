"""Mount simulators, record every exchange, keep the world's time, and refuse every other socket."""
