package dev.wick.agent.report;

import java.util.ArrayDeque;
import java.util.Deque;

/** Profiles that could not be posted: an hour of them, newest first. */
final class OfflineBuffer {
  static final int MAX_PROFILES = 12;
  static final long MAX_BYTES = 5 * 1024 * 1024;

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

  private final Deque<Post> posts = new ArrayDeque<>();
  private long bytes;

  /** Keeps it; the oldest make room. @return how many were dropped */
  synchronized int add(Post post) {
    posts.addFirst(post);
    bytes += post.body.length;
    int dropped = 0;
    while (posts.size() > MAX_PROFILES || bytes > MAX_BYTES) {
      bytes -= posts.removeLast().body.length;
      dropped++;
    }
    return dropped;
  }

  /** The newest; null when there is none. */
  synchronized Post newest() {
    return posts.peekFirst();
  }

  synchronized void remove(Post post) {
    if (posts.remove(post)) bytes -= post.body.length;
  }

  synchronized int size() {
    return posts.size();
  }
}
