"""OpenStack Swift with its s3api, whole, in one process: proxy, account, container and object server.

swift-server.py FOLDER PORT USER KEY: serves until its standard input ends. PORT 0: any. Prints the port.
The access key is "test:USER", the secret KEY.
"""
import os
import sys

import eventlet
import eventlet.wsgi
from eventlet.hubs import trampoline

eventlet.patcher.monkey_patch(all=False, socket=True, select=True, thread=True)

import swift.common.utils as utils

folder, port, user, key = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
os.makedirs(os.path.join(folder, "devices", "disk"), exist_ok=True)


def path(name):
    return os.path.join(folder, name)


def write(name, text):
    with open(path(name), "w") as file:
        file.write(text)
    return path(name)


utils.SWIFT_CONF_FILE = write("swift.conf", "[swift-hash]\nswift_hash_path_suffix = test\n[storage-policy:0]\nname = one\ndefault = yes\n")
utils.HASH_PATH_SUFFIX = utils.HASH_PATH_PREFIX = b"test"

import swift.common.storage_policy as storage_policy
from swift.common.ring import RingBuilder
from swift.common.wsgi import SwiftHttpProtocol, loadapp

storage_policy.reload_storage_policies()

COMMON = f"[DEFAULT]\nswift_dir = {folder}\ndevices = {folder}/devices\nmount_check = false\n"
STORE = "[pipeline:main]\npipeline = app\n[app:app]\nuse = egg:swift#%s\n"
PROXY = f"""[pipeline:main]
pipeline = catch_errors cache listing_formats s3api tempauth slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:slo]
use = egg:swift#slo
[filter:tempauth]
use = egg:swift#tempauth
user_test_{user} = {key} .admin
"""


class Silence:
    def write(self, *_):
        pass

    debug = info = write


sockets = {}
for kind in ("account", "container", "object"):
    sockets[kind] = eventlet.listen(("127.0.0.1", 0), backlog=128)
    at = sockets[kind].getsockname()[1]
    ring = RingBuilder(4, 1, 0)
    ring.add_dev({"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": at, "replication_ip": "127.0.0.1", "replication_port": at, "device": "disk", "weight": 1})
    ring.rebalance()
    ring.get_ring().save(path(kind + ".ring.gz"))
sockets["proxy"] = eventlet.listen(("127.0.0.1", port), backlog=128)

pool = eventlet.GreenPool(1000)
for kind, socket in sockets.items():
    app = loadapp(write(kind + "-server.conf", COMMON + (PROXY if kind == "proxy" else STORE % kind)))
    eventlet.spawn(eventlet.wsgi.server, socket, app, Silence(), custom_pool=pool, protocol=SwiftHttpProtocol, log_output=False)

print(sockets["proxy"].getsockname()[1], flush=True)
while True:
    trampoline(0, read=True)
    if not os.read(0, 1024):
        os._exit(0)
