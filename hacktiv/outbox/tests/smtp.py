"""A small mail server, real enough for smtplib, that can misbehave on demand."""

import socketserver
import threading
from email import message_from_bytes, policy


class SmtpServer(socketserver.ThreadingTCPServer):
    """Keep accepted mails in `received`, and their Message-ID with each recipient in `handed_over`.

    The recipients are those that the sender named in the protocol. `on_rcpt(address)` and `on_data(mail)` may return
    another reply (`b"550 no"`), or `HANG_UP` to close the connection. After such a reply of `on_data` the mail does not
    count as accepted.
    """

    HANG_UP = object()
    # Accept the mail, but never tell the sender.
    ACCEPT_AND_HANG_UP = object()
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), SmtpSession)
        self.received = []
        self.handed_over = []
        self.arrived = threading.Condition()
        self.on_rcpt = lambda address: None
        self.on_data = lambda mail: None

    @property
    def port(self):
        return self.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *exception):
        self.shutdown()
        self.server_close()

    def accept(self, mail, recipients):
        with self.arrived:
            self.received.append(mail)
            self.handed_over += [(mail["Message-ID"], recipient) for recipient in recipients]
            self.arrived.notify_all()

    def wait_for(self, count, timeout=30):
        with self.arrived:
            return self.arrived.wait_for(lambda: len(self.received) >= count, timeout)

    def recipients(self):
        return sorted(mail["To"] for mail in self.received)


class SmtpSession(socketserver.StreamRequestHandler):
    def handle(self):
        self.reply(b"220 ready")
        while line := self.rfile.readline():
            answer = self.answer(line.strip())
            if answer is SmtpServer.HANG_UP:
                return
            self.reply(answer)
            if answer.startswith(b"221"):
                return

    def answer(self, line):
        verb = line[:4].upper()
        if verb == b"MAIL":
            self.recipients = []
        if verb == b"RCPT":
            self.recipients.append(line.decode().partition("<")[2].partition(">")[0])
            return self.server.on_rcpt(line.decode()) or b"250 ok"
        if verb == b"DATA":
            self.reply(b"354 go on")
            return self.take_all()
        return b"221 bye" if verb == b"QUIT" else b"250 ok"

    def take_all(self):
        """Read a mail up to the final dot. A mail that its sender breaks off does not count."""
        data = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return SmtpServer.HANG_UP
            data.append(line)
        return self.take(b"".join(data))

    def take(self, data):
        mail = message_from_bytes(data, policy=policy.default)
        answer = self.server.on_data(mail)
        if answer is None:
            self.server.accept(mail, self.recipients)
            return b"250 taken"
        if answer is SmtpServer.ACCEPT_AND_HANG_UP:
            self.server.accept(mail, self.recipients)
            return SmtpServer.HANG_UP
        return answer

    def reply(self, line):
        self.wfile.write(line + b"\r\n")
        self.wfile.flush()
