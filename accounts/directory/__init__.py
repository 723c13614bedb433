"""Who the district's own directory lets in: OpenID Connect and LDAP; matched with users of ours, asked again by and by.

`oidc`, `ldap` ask a directory and hand on a `DirectoryPerson`; `matching` finds the user, `posts` gives and takes 任职 by
group, `staying` asks again while a session lasts. None of it is used until the environment names a directory.
"""
