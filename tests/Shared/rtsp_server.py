"""An RTSP camera for tests: rtsp_server.py PICTURE [PORT [USER PASSWORD]], H.264 where its encoder is installed, else JPEG.

Listens on 127.0.0.1, prints its port (or "missing: ..." without GStreamer), ends when its standard input closes.
"""

import sys
import threading

try:
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import GLib, Gst, GstRtspServer
except (ImportError, ValueError) as absent:
    sys.exit(print("missing:", absent, flush=True))

Gst.init(None)
picture, port, user, password = (sys.argv[1:] + ["0", "", ""][len(sys.argv) - 2 :])[:4]

if Gst.ElementFactory.find("x264enc"):
    encoder = "x264enc tune=zerolatency key-int-max=10 ! rtph264pay name=pay0 pt=96"
else:
    encoder = "jpegenc ! rtpjpegpay name=pay0 pt=26"
size = "video/x-raw,format=I420,width=320,height=240,framerate=10/1"

factory = GstRtspServer.RTSPMediaFactory.new()
factory.set_launch(f"( {picture} ! {size} ! {encoder} )")
factory.set_shared(True)

server = GstRtspServer.RTSPServer.new()
server.set_address("127.0.0.1")
server.set_service(port)
if user:
    token = GstRtspServer.RTSPToken.new()
    token.set_string("media.factory.role", "viewer")
    auth = GstRtspServer.RTSPAuth.new()
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    server.set_auth(auth)
    role = "viewer,media.factory.access=(boolean)true,media.factory.construct=(boolean)true"
    factory.add_role_from_structure(Gst.Structure.from_string(role)[0])
server.get_mount_points().add_factory("/camera", factory)

if server.attach(None) == 0:
    sys.exit(print(f"missing: port {port} is taken", flush=True))
print(server.get_bound_port(), flush=True)
loop = GLib.MainLoop()
threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
loop.run()
