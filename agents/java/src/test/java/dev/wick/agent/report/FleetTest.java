package dev.wick.agent.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import dev.wick.agent.http.Http;
import dev.wick.agent.http.Tls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FleetTest {
  private static final Map<String, String> PAGES = Map.of(
      "PUT /latest/api/token", "imds-token", "GET /latest/meta-data/local-hostname", "ip-10-0-0-1", "GET /latest/meta-data/instance-type", "m5.large\n");

  @Test
  void anInstanceIsAskedWhereTheEnvironmentSays() throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      boolean isToken = exchange.getRequestMethod().equals("PUT");
      boolean isAllowed = isToken || "imds-token".equals(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token"));
      byte[] page = PAGES.get(exchange.getRequestMethod() + ' ' + exchange.getRequestURI().getPath()).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(isAllowed ? 200 : 401, page.length);
      exchange.getResponseBody().write(page);
      exchange.close();
    });
    server.start();
    try {
      Map<String, String> environment = new HashMap<>();
      environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:" + server.getAddress().getPort() + '/');
      Http http = new Http(environment::get, new Tls(null, null, null));
      assertEquals(
          Map.of("hostName", "ip-10-0-0-1", "hostType", "m5.large", "computeType", "aws_ec2_instance"), Fleet.describe(environment::get, http));
      environment.put("AWS_EC2_METADATA_DISABLED", "true");
      assertEquals("UNKNOWN", Fleet.describe(environment::get, http).get("type"));
    } finally {
      server.stop(0);
    }
  }
}
