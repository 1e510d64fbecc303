package dev.wick.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wick.agent.host.Told;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against servers that know no manners. */
class HttpTest {
  private final Http http = new Http(Map.<String, String>of()::get, new Tls(null, null, null));
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private interface Conversation {
    void with(InputStream in, OutputStream out) throws Exception;
  }

  private void serve(Conversation conversation) {
    Thread thread = new Thread(() -> {
      try (Socket client = server.accept()) {
        conversation.with(client.getInputStream(), client.getOutputStream());
      } catch (Exception ends) {
        // The other side has had enough.
      }
    });
    thread.setDaemon(true);
    thread.start();
  }

  private Answer call(byte[] body, int millis) throws IOException {
    URL url = new URL("http://127.0.0.1:" + server.getLocalPort() + "/x?y=1");
    return http.call("POST", url, Map.of("x-a", "b"), body, millis);
  }

  private Answer answerTo(String said) throws IOException {
    serve((in, out) -> {
      in.readNBytes(20);
      out.write(said.getBytes(StandardCharsets.ISO_8859_1));
    });
    return call(new byte[0], 5000);
  }

  @Test
  void bodiesComeByLengthInChunksOrToTheEnd() throws IOException {
    Answer plain = answerTo("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 Busy\r\nretry-AFTER: 7\r\nContent-Length: 2\r\n\r\nabcd");
    assertEquals("503 ab 7", plain.status + " " + plain.body + ' ' + plain.header("Retry-After"));
    assertNull(plain.header("Nothing"));
    assertEquals("abcde", answerTo("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n").body);
    assertEquals("to the end", answerTo("HTTP/1.0 200\r\n\r\nto the end").body);
    assertEquals("", answerTo("HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n").body);
    assertEquals(1793181600000L, answerTo("HTTP/1.1 204 x\r\nDate: Wed, 28 Oct 2026 10:00:00 GMT\r\n\r\n").date());
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n",
    "HTTP/1.1 999 x\r\n\r\n",
  })
  void whatIsNoAnswerIsAnError(String said) {
    assertThrows(IOException.class, () -> answerTo(said));
  }

  @Test
  void endlessAnswersAreCutShort() {
    serve((in, out) -> {
      out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.ISO_8859_1));
      while (true) out.write("X-Header: endless\r\n".getBytes(StandardCharsets.ISO_8859_1));
    });
    assertTrue(assertThrows(IOException.class, () -> call(new byte[0], 20_000)).getMessage().contains("too long"));
  }

  /** A byte each 50 ms never lets a socket's own timeout pass. */
  @Test
  void anAnswerInDropsEndsInTimeWhereSomebodyLooksAtTheClock() throws Exception {
    serve((in, out) -> drop(out));
    assertEndsInTime(new byte[0]);
  }

  private static void drop(OutputStream out) throws Exception {
    out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    for (int i = 0; i < 400; i++) {
      out.write('x');
      Thread.sleep(50);
    }
  }

  /** As at the end of the process, where a call is under way and another thread makes its own. */
  @Test
  void aCallEndsInTimeAlsoWhereAnotherBeganAfterIt() throws Exception {
    CountDownLatch another = new CountDownLatch(1);
    serve((in, out) -> {
      serve((alsoIn, alsoOut) -> {
        another.countDown();
        Thread.sleep(20_000);
      });
      Told.daemon("another", () -> call(new byte[0], 20_000));
      drop(out);
    });
    Thread clock = new Thread(() -> {
      try {
        another.await();
        while (true) {
          http.expire();
          Thread.sleep(1);
        }
      } catch (InterruptedException over) {
        // It ends.
      }
    });
    clock.setDaemon(true);
    clock.start();
    String message = assertThrows(IOException.class, () -> call(new byte[0], 1000)).getMessage();
    clock.interrupt();
    assertEquals("no answer within 1000 ms", message);
  }

  /** Writing has no timeout at all. */
  @Test
  void aServerThatReadsNothingIsLeftInTimeWhereSomebodyLooksAtTheClock() throws Exception {
    serve((in, out) -> Thread.sleep(20_000));
    assertEndsInTime(new byte[50_000_000]);
  }

  private void assertEndsInTime(byte[] body) throws Exception {
    Thread clock = new Thread(() -> {
      while (!Thread.currentThread().isInterrupted()) http.expire();
    });
    clock.setDaemon(true);
    clock.start();
    long began = System.nanoTime();
    String message = assertThrows(IOException.class, () -> call(body, 1000)).getMessage();
    clock.interrupt();
    clock.join();
    assertEquals("no answer within 1000 ms", message);
    assertTrue(System.nanoTime() - began < TimeUnit.SECONDS.toNanos(10));
  }

  @Test
  void theRequestIsWhatWasAskedFor() throws Exception {
    String[] seen = new String[1];
    serve((in, out) -> {
      byte[] some = new byte[4096];
      int length = 0;
      while (!new String(some, 0, length, StandardCharsets.UTF_8).endsWith("body")) length += in.read(some, length, some.length - length);
      seen[0] = new String(some, 0, length, StandardCharsets.UTF_8);
      out.write("HTTP/1.1 204 x\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    });
    call("body".getBytes(StandardCharsets.UTF_8), 5000);
    assertEquals(
        "POST /x?y=1 HTTP/1.1\r\nHost: 127.0.0.1:" + server.getLocalPort() + "\r\nAccept: application/json\r\n"
            + "Accept-Encoding: identity\r\nConnection: close\r\nContent-Length: 4\r\nx-a: b\r\n\r\nbody",
        seen[0]);
  }
}
