import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;

/** A client of an AWS service made for each request. */
final class AwsClient {
  private static final StsClient KEPT = client();

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, AwsClient::with, KEPT::serviceName);
  }

  private static String with() {
    try (StsClient client = client()) {
      return client.serviceName();
    }
  }

  private static StsClient client() {
    return StsClient.builder()
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret")))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }
}
