package org.everbond.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.store.Run.golden;
import static org.everbond.store.Run.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.file.FileStore;
import org.everbond.tlv.sealed.internal.SealedBackendProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With its key a sealed store is listed, checked, converted, compacted and unsealed, and one in clear is sealed. */
class SealingTest {
    @TempDir
    Path folder;

    private Path clear;
    private Path sealed;
    private Path keystore;
    private Path password;

    @BeforeEach
    void aStoreAndAKey() throws Exception {
        clear = golden(folder, "5bonds-history.tlv");
        sealed = folder.resolve("sealed.tlv");
        keystore = keystore("keys.p12", "everbond", 7);
        password = Files.writeString(folder.resolve("keys.pw"), "open sesame\nnot this\n");
    }

    private Path keystore(String name, String alias, int octet) throws Exception {
        var file = folder.resolve(name);
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        var key = new byte[32];
        java.util.Arrays.fill(key, (byte) octet);
        var secret = "open sesame".toCharArray();
        store.setEntry(alias, new KeyStore.SecretKeyEntry(new SecretKeySpec(key, "AES")), new KeyStore.PasswordProtection(secret));
        try (var out = Files.newOutputStream(file)) {
            store.store(out, secret);
        }
        return file;
    }

    private Run withKey(Object... command) {
        var all = new java.util.ArrayList<>(java.util.List.of(command));
        all.addAll(java.util.List.of("--keystore", keystore, "--password-file", password));
        return store(all.toArray());
    }

    private Map<String, String> values(Path file) {
        return store(file, "--json", "--keys").succeeds().values();
    }

    @Test
    void whatIsSealedIsUnreadableWithoutTheKeyAndWholeWithIt() throws Exception {
        var values = values(clear);
        var run = withKey("seal", clear, sealed).succeeds();

        assertThat(run.out()).contains("sealed BTstack log file", "4 bonds");
        assertThat(run.err()).contains(clear + " holds the keys in clear still");
        var file = new String(Files.readAllBytes(sealed), ISO_8859_1);
        values.values().stream().map(HexFormat.of()::parseHex).filter(value -> value.length >= 16).forEach(value ->
                assertThat(file).doesNotContain(new String(value, 0, 16, ISO_8859_1)));
        assertThat(values(sealed)).doesNotContainKeys("534d4552");
        var listed = withKey(sealed, "--json", "--keys").succeeds();
        assertThat(listed.values()).isEqualTo(values);
        assertThat(listed.objects("store").get(0).get("sealed").getAsBoolean()).isTrue();
        assertThat(listed.objects("bond")).hasSize(4);
        assertThat(listed.objects("remark")).noneMatch(remark -> remark.toString().contains("is sealed"));
        assertThat(withKey("check", sealed).succeeds().out()).contains("clean", "4 bonds");
        assertThat(withKey(sealed).succeeds().out()).contains("sealed BTstack log file of");
    }

    @Test
    void theGatewayOpensWhatTheToolHasSealed() throws Exception {
        withKey("seal", clear, sealed).succeeds();
        var provider = new SealedBackendProvider(folder);
        provider.bindStore(FileStore.on(Disk.system(), new DataFolder(folder)));
        var backend = provider.create("file:sealed.tlv", Map.of("keystore", "keys.p12", "passwordFile", "keys.pw"));
        assertThat(backend.open().values()).hasSize(values(clear).size());
        backend.close();
    }

    @Test
    void unsealedItIsWhatItWas() throws Exception {
        withKey("seal", clear, sealed).succeeds();
        var again = folder.resolve("again.tlv");
        assertThat(withKey("unseal", sealed, again).succeeds().out()).startsWith(again + ": BTstack log file");
        assertThat(values(again)).isEqualTo(values(clear));
        assertThat(store(again, "--json").objects("store").get(0).get("sealed").getAsBoolean()).isFalse();
    }

    @Test
    void aSealedStoreIsConvertedAndCompactedUnderItsKey() throws Exception {
        withKey("seal", clear, sealed).succeeds();
        var nvs = folder.resolve("nvs.bin");
        assertThat(withKey("convert", sealed, nvs, "--format", "nvs").succeeds().out()).contains("sealed NVS partition image");
        assertThat(withKey(nvs, "--json", "--keys").succeeds().values()).isEqualTo(values(clear));
        withKey("compact", sealed).succeeds();
        withKey("compact", nvs).succeeds();
        assertThat(withKey(sealed, "--json", "--keys").succeeds().values()).isEqualTo(values(clear));
        assertThat(withKey(nvs, "--json", "--keys").succeeds().values()).isEqualTo(values(clear));
        assertThat(withKey("seal", clear, folder.resolve("flash.bin"), "--format", "flash", "--bank-size", "4096").succeeds().out())
                .contains("sealed two-bank flash image");
        assertThat(withKey(folder.resolve("flash.bin"), "--format", "flash", "--json", "--keys").succeeds().values()).isEqualTo(values(clear));
    }

    @Test
    void aWrongKeyOrPasswordShowsNothingAndWritesNothing() throws Exception {
        withKey("seal", clear, sealed).succeeds();
        var before = Files.readAllBytes(sealed);
        keystore = keystore("other.p12", "everbond", 8);
        assertRefused(withKey(sealed), "is sealed with another key than 'everbond' of " + keystore);
        assertRefused(withKey("compact", sealed), "is sealed with another key");
        assertRefused(withKey("unseal", sealed, folder.resolve("again.tlv")), "is sealed with another key");
        assertThat(folder.resolve("again.tlv")).doesNotExist();
        Files.writeString(password, "wrong\n");
        assertRefused(withKey(sealed), "cannot be read with the password in " + password);
        Files.delete(password);
        assertRefused(withKey(sealed), "write it into the first line of that file");
        assertRefused(store(sealed, "--keystore", keystore, "--password-env", "EVERBOND_NOT_SET"),
                "the environment has no variable EVERBOND_NOT_SET");
        assertThat(sealed).hasBinaryContent(before);
    }

    private static void assertRefused(Run run, String because) {
        assertThat(run.exitCode()).isPositive();
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(because);
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    void bondsAreImportedFromAndIntoSealedStores() throws Exception {
        withKey("import", clear, sealed).succeeds();
        assertThat(values(sealed)).as("a new one is sealed").doesNotContainKey("534d4552");
        assertThat(withKey(sealed, "--json").succeeds().objects("bond")).hasSize(4);
        assertRefused(store("import", clear, sealed), "is sealed; name its key");
        assertThat(withKey("import", clear, sealed, "--json").succeeds().objects("left")).hasSize(4);
        var ours = golden(folder, "5bonds-signed.tlv");
        assertRefused(store("import", sealed, ours), "is sealed; name its key");
        withKey("import", sealed, ours).succeeds();
        assertThat(store(ours, "--json").objects("store").get(0).get("sealed").getAsBoolean()).isFalse();
    }

    @Test
    void theKeyIsNamedWholeAndWhereItBelongs() throws IOException {
        assertRefused(store("seal", clear, sealed), "seal needs the key: --keystore FILE");
        assertRefused(store(clear, "--keystore", keystore), "needs its password");
        assertRefused(store(clear, "--password-file", password), "belong to --keystore");
        assertRefused(withKey(clear), "is not sealed; leave out --keystore");
        withKey("seal", clear, sealed).succeeds();
        assertRefused(withKey("seal", sealed, folder.resolve("twice.tlv")), "is sealed already");
        assertRefused(withKey(sealed, "--alias", "other"), "has no secret key 'other'");
    }
}
