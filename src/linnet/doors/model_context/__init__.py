"""MCP, the Model Context Protocol: assistants of others use the search as tools.

tools.py   the four tools
quoted.py  posts as quoted data
stdio.py   `linnet mcp`
http.py    /mcp of the service
"""
