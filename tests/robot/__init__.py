"""The differencing robot: it asks the program for all that it publishes, and subtracts.

It knows what any reader knows: the answers, the definitions and the rules in the manifest. Nothing
of warehouse.disclosure is used, so that a mistake there is not repeated here.
"""
