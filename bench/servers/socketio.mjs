// socket.io with its Redis adapter: say in a room, everyone in it hears.
import { createServer } from "node:http";
import { Server } from "socket.io";
import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";

const http = createServer();
const io = new Server(http, { transports: ["websocket"] });
if (process.env.REDIS_URL) {
  const hand = createClient({ url: process.env.REDIS_URL });
  const ear = hand.duplicate();
  await Promise.all([hand.connect(), ear.connect()]);
  io.adapter(createAdapter(hand, ear));
}
io.on("connection", (socket) => {
  const room = socket.handshake.query.room;
  socket.join(room);
  socket.on("say", (said) => io.to(room).emit("said", said));
});
http.listen(Number(process.argv[2]), "127.0.0.1");
