"""The link to the back office: MQTT outside, the pure rules of `core.drain` inside."""
