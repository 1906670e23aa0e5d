package dev.kubbo.interop.hessian;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Messages on a pipe: the number of parts, then each part with its length before it; all numbers 4 bytes, big-endian. */
final class Messages {
    private Messages() {}

    /** Null at the end of the stream. */
    static List<byte[]> read(DataInputStream in) throws IOException {
        int count;
        try {
            count = in.readInt();
        } catch (EOFException e) {
            return null;
        }
        List<byte[]> parts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) parts.add(in.readNBytes(in.readInt()));
        return parts;
    }

    static void write(DataOutputStream out, List<byte[]> parts) throws IOException {
        out.writeInt(parts.size());
        for (byte[] part : parts) {
            out.writeInt(part.length);
            out.write(part);
        }
        out.flush();
    }

    static String text(byte[] part) {
        return new String(part, StandardCharsets.UTF_8);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
