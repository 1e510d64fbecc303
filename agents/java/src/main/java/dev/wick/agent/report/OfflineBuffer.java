package dev.wick.agent.report;

import java.util.ArrayDeque;
import java.util.Deque;

/** Profiles that the server has not taken yet, newest first: at most twelve (an hour) and 5 MB, less in small heaps. */
final class OfflineBuffer {
  static final int MAX_PROFILES = 12;
  static final long MAX_BYTES = 5 * 1024 * 1024;
  /** Of the heap. */
  private static final int SHARE = 50;

  /** A body and the token that makes it count once, however often it is sent. */
  static final class Post {
    final String token;
    final byte[] body;
    final boolean gzipped;

    Post(String token, byte[] body, boolean gzipped) {
      this.token = token;
      this.body = body;
      this.gzipped = gzipped;
    }
  }

  private final long maxBytes;
  private final Deque<Post> posts = new ArrayDeque<>();
  private long bytes;

  /** @param heapBytes what the JVM may use for objects */
  OfflineBuffer(long heapBytes) {
    maxBytes = Math.min(MAX_BYTES, heapBytes / SHARE);
  }

  /** Keeps it; the oldest make room. The newest stays, however large: it is sent at once. @return how many had to go */
  synchronized int add(Post post) {
    posts.addFirst(post);
    bytes += post.body.length;
    int gone = 0;
    for (; posts.size() > 1 && (posts.size() > MAX_PROFILES || bytes > maxBytes); gone++) {
      bytes -= posts.removeLast().body.length;
    }
    return gone;
  }

  /** The newest; null when there is none. */
  synchronized Post newest() {
    return posts.peekFirst();
  }

  synchronized void remove(Post post) {
    if (posts.remove(post)) bytes -= post.body.length;
  }

  synchronized void clear() {
    posts.clear();
    bytes = 0;
  }

  /** Of all bodies. */
  synchronized long bytes() {
    return bytes;
  }

  synchronized int size() {
    return posts.size();
  }
}
