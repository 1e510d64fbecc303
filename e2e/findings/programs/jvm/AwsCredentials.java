import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.profiles.ProfileFile;

/** The shared credentials file read for each request. */
final class AwsCredentials {
  private static final Path FILE = file();
  private static final ProfileCredentialsProvider KEPT = provider();

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, () -> provider().resolveCredentials(), KEPT::resolveCredentials);
    Files.delete(FILE);
  }

  private static Path file() {
    try {
      Path file = Files.createTempFile("credentials", "");
      return Files.writeString(file, "[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n");
    } catch (java.io.IOException impossible) {
      throw new java.io.UncheckedIOException(impossible);
    }
  }

  private static ProfileCredentialsProvider provider() {
    ProfileFile file = ProfileFile.builder().content(FILE).type(ProfileFile.Type.CREDENTIALS).build();
    return ProfileCredentialsProvider.builder().profileFile(file).profileName("default").build();
  }
}
