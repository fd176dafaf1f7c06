"""The back office: pages for supervisors, managers and operators. It holds logins, visits and an audit."""
