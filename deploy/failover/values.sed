# The one file to change for another place: what stands for what in the other files of this folder.
# On each host @name@ and @address@ are its own.
s|@name@|db1|g
s|@address@|10.0.0.11|g
s|@db1@|10.0.0.11|g
s|@db2@|10.0.0.12|g
s|@db3@|10.0.0.13|g
s|@network@|10.0.0.0/24|g
s|@data@|/var/lib/postgresql/15/taizhang|g
s|@sockets@|/var/run/postgresql|g
s|@superuser_password@|change-me-1|g
s|@replication_password@|change-me-2|g
s|@application_password@|change-me-3|g
