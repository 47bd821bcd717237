package org.everbond.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every vector that BTstack and an independent implementation agree on, the specification's sample data among them. */
class VectorsTest {
    private static final HexFormat HEX = HexFormat.of();

    @TestFactory
    Stream<DynamicTest> everyVector() throws IOException {
        try (var in = getClass().getResourceAsStream("/btstack/crypto-vectors.json")) {
            var vectors = JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .getAsJsonObject()
                    .getAsJsonArray("vectors");
            assertThat(vectors).hasSizeGreaterThan(50);
            return StreamSupport.stream(vectors.spliterator(), false).map(JsonElement::getAsJsonObject).map(vector -> {
                var function = vector.get("function").getAsString();
                var inputs = new Inputs(vector.getAsJsonObject("inputs"));
                return dynamicTest(
                        function + " " + inputs.json, () -> check(function, inputs, vector.get("expected")));
            });
        }
    }

    private static void check(String function, Inputs in, JsonElement expected) throws Exception {
        switch (function) {
            case "ah" -> {
                assertThat(Toolbox.ah(in.key("k"), in.number("r"))).isEqualTo(HexFormat.fromHexDigits(text(expected)));
                var address = new DeviceAddress(
                        AddressType.RANDOM, (long) in.number("r") << 24 | HexFormat.fromHexDigits(text(expected)));
                assertThat(Toolbox.resolves(in.key("k"), address)).isEqualTo(in.number("r") >>> 22 == 1);
            }
            case "c1" -> assertThat(Toolbox.c1(
                            in.key("k"),
                            in.octets("r"),
                            in.octets("preq"),
                            in.octets("pres"),
                            in.address("iat", "ia"),
                            in.address("rat", "ra")))
                    .isEqualTo(octets(expected));
            case "s1" -> assertThat(Toolbox.s1(in.key("k"), in.octets("r1"), in.octets("r2"))).isEqualTo(key(expected));
            case "f4" -> assertThat(Toolbox.f4(in.octets("u"), in.octets("v"), in.octets("x"), in.number("z")))
                    .isEqualTo(octets(expected));
            case "f5" -> {
                var keys = Toolbox.f5(
                        DhKey.of(in.octets("w")), in.octets("n1"), in.octets("n2"), in.typed("a1"), in.typed("a2"));
                assertThat(keys.macKey()).isEqualTo(key(field(expected, "mackey")));
                assertThat(keys.ltk()).isEqualTo(key(field(expected, "ltk")));
            }
            case "f6" -> assertThat(Toolbox.f6(
                            in.key("w"),
                            in.octets("n1"),
                            in.octets("n2"),
                            in.octets("r"),
                            in.octets("iocap"),
                            in.typed("a1"),
                            in.typed("a2")))
                    .isEqualTo(octets(expected));
            case "g2" -> {
                int value = Toolbox.g2(in.octets("u"), in.octets("v"), in.octets("x"), in.octets("y"));
                assertThat(value).isEqualTo(HexFormat.fromHexDigits(text(field(expected, "low32"))));
                assertThat(Toolbox.sixDigits(value)).isEqualTo(field(expected, "six_digits").getAsInt());
            }
            case "h6" -> assertThat(Toolbox.h6(in.key("w"), in.number("key_id"))).isEqualTo(key(expected));
            case "h7" -> assertThat(Toolbox.h7(in.octets("salt"), in.key("w"))).isEqualTo(key(expected));
            case "d1" -> assertThat(Toolbox.d1(in.key("k"), in.number("d"), in.number("r"))).isEqualTo(key(expected));
            case "identity_keys" -> {
                assertThat(Toolbox.irk(in.key("ir"))).isEqualTo(key(field(expected, "irk")));
                assertThat(Toolbox.dhk(in.key("ir"))).isEqualTo(key(field(expected, "dhk")));
            }
            case "dm" -> {
                int y = Toolbox.dm(in.key("dhk"), in.octets("rand"));
                var ltk = Toolbox.legacyLtk(in.key("er"), in.number("div"));
                assertThat(y).isEqualTo(HexFormat.fromHexDigits(text(field(expected, "y"))));
                assertThat(y ^ in.number("div")).isEqualTo(HexFormat.fromHexDigits(text(field(expected, "ediv"))));
                assertThat(ltk).isEqualTo(key(field(expected, "ltk")));
                assertThat(ltk.shortened(in.json.get("key_size").getAsInt()))
                        .isEqualTo(key(field(expected, "ltk_truncated")));
                assertThat(Toolbox.csrk(in.key("er"), in.number("div"))).isEqualTo(key(field(expected, "csrk")));
            }
            case "ltk" -> assertThat(Toolbox.legacyLtk(in.key("er"), in.number("div"))).isEqualTo(key(expected));
            case "csrk" -> assertThat(Toolbox.csrk(in.key("er"), in.number("div"))).isEqualTo(key(expected));
            case "truncate" -> assertThat(in.key("key").shortened(in.json.get("key_size").getAsInt()))
                    .isEqualTo(key(expected));
            case "signed_write_mac" -> {
                var opcode = in.octets("opcode");
                var handle = OctetOrder.reversed(in.octets("handle"));
                var value = in.octets("value");
                var pdu = HEX.parseHex(HEX.formatHex(opcode) + HEX.formatHex(handle) + HEX.formatHex(value));
                assertThat(Toolbox.signature(in.key("csrk"), pdu, in.number("counter"))).isEqualTo(octets(expected));
            }
            case "aes_cmac" -> assertThat(Toolbox.aesCmac(in.key("k"), in.octets("m"))).isEqualTo(octets(expected));
            case "p256_dhkey" -> {
                var pair = P256.of(in.octets("private"), in.publicKey("public"));
                assertThat(pair.dhKey(in.publicKey("peer_public"))).isEqualTo(DhKey.of(octets(expected)));
            }
            case "p256_validate_public_key" ->
                assertThat(in.publicKey("public").isValid()).isEqualTo(text(expected).equals("valid"));
            default -> fail("no test for the function " + function);
        }
    }

    private record Inputs(JsonObject json) {
        byte[] octets(String name) {
            return HEX.parseHex(json.get(name).getAsString());
        }

        Key key(String name) {
            return Key.of(octets(name));
        }

        int number(String name) {
            return HexFormat.fromHexDigits(json.get(name).getAsString());
        }

        DeviceAddress address(String type, String name) {
            return DeviceAddress.of(AddressType.of(number(type)), octets(name));
        }

        DeviceAddress typed(String name) {
            var octets = octets(name);
            return DeviceAddress.of(AddressType.of(octets[0]), java.util.Arrays.copyOfRange(octets, 1, 7));
        }

        PublicKey publicKey(String name) {
            var octets = octets(name);
            return PublicKey.of(
                    java.util.Arrays.copyOfRange(octets, 0, 32), java.util.Arrays.copyOfRange(octets, 32, 64));
        }
    }

    private static JsonElement field(JsonElement object, String name) {
        return object.getAsJsonObject().get(name);
    }

    private static String text(JsonElement element) {
        return element.getAsString();
    }

    private static byte[] octets(JsonElement element) {
        return HEX.parseHex(element.getAsString());
    }

    private static Key key(JsonElement element) {
        return Key.of(octets(element));
    }
}
