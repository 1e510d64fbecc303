package dev.wick.agent.host;

import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.zip.Deflater;

/** Threads that Java calls RUNNABLE: most wait in native calls, some compute. Each in a method of its own. */
final class Waiters {
  private static volatile long sink;

  public static void main(String[] args) throws Exception {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
    Socket accepted = server.accept();
    Told.daemon("a", () -> readSocket(client.getInputStream()));
    Told.daemon("b", () -> accept(new ServerSocket(0)));
    SocketChannel channel = SocketChannel.open(server.getLocalSocketAddress());
    Told.daemon("c", () -> readChannel(channel));
    Told.daemon("d", () -> acceptChannel(ServerSocketChannel.open().bind(null)));
    Told.daemon("e", () -> select(Selector.open()));
    Told.daemon("f", () -> receive(new DatagramSocket(0)));
    Told.daemon("g", () -> receiveChannel(DatagramChannel.open().bind(null)));
    Process silent = new ProcessBuilder("cat").start();
    Told.daemon("h", () -> readProcess(silent.getInputStream()));
    // A server's loop that is woken a hundred times a second, and has little to do.
    Pipe pipe = Pipe.open();
    Told.daemon("i", () -> wakeUp(pipe.source()));
    Told.daemon("j", Waiters::compress);
    Told.repeat(args, () -> {
      for (int i = 0; i < 20; i++) {
        pipe.sink().write(ByteBuffer.wrap(new byte[1]));
        work(10);
      }
    });
    accepted.close();
  }

  private static void readSocket(InputStream in) throws Exception {
    sink += in.read();
  }

  private static void accept(ServerSocket server) throws Exception {
    server.accept();
  }

  private static void readChannel(SocketChannel channel) throws Exception {
    channel.read(ByteBuffer.allocateDirect(1));
  }

  private static void acceptChannel(ServerSocketChannel channel) throws Exception {
    channel.accept();
  }

  private static void select(Selector selector) throws Exception {
    selector.select();
  }

  private static void receive(DatagramSocket socket) throws Exception {
    socket.receive(new DatagramPacket(new byte[1], 1));
  }

  private static void receiveChannel(DatagramChannel channel) throws Exception {
    channel.receive(ByteBuffer.allocateDirect(1));
  }

  private static void readProcess(InputStream in) throws Exception {
    sink += in.read();
  }

  private static void wakeUp(Pipe.SourceChannel source) throws Exception {
    Selector selector = Selector.open();
    source.configureBlocking(false);
    source.register(selector, SelectionKey.OP_READ);
    ByteBuffer buffer = ByteBuffer.allocateDirect(16);
    while (selector.isOpen()) {
      selector.select();
      selector.selectedKeys().clear();
      source.read(buffer);
      buffer.clear();
    }
  }

  /** Nearly all of it in native code. */
  private static void compress() {
    byte[] random = new byte[1 << 20];
    for (int i = 0; i < random.length; i++) random[i] = (byte) (i * i >> 7);
    byte[] out = new byte[1 << 16];
    while (true) {
      Deflater deflater = new Deflater(9);
      deflater.setInput(random);
      deflater.finish();
      while (!deflater.finished()) sink += deflater.deflate(out);
      deflater.end();
    }
  }

  private static void work(int millis) {
    long end = System.nanoTime() + millis * 1_000_000L;
    long sum = 0;
    while (System.nanoTime() < end) for (int i = 0; i < 10_000; i++) sum = sum * 31 + i;
    sink = sum;
  }
}
