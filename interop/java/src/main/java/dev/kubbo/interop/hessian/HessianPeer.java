package dev.kubbo.interop.hessian;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.dubbo.common.serialize.hessian2.Hessian2ObjectInput;
import org.apache.dubbo.common.serialize.hessian2.Hessian2ObjectOutput;
import org.apache.dubbo.common.utils.SerializeSecurityManager;
import org.apache.dubbo.rpc.model.FrameworkModel;

/**
 * Reads and writes Hessian2 as Dubbo does, for a test that asks over stdin and stdout; see {@link Messages}.
 *
 * <pre>
 * compile, (class, source) ...            -> ok
 * read, class.field, mode, bytes ...      -> for each: "=" canonical text, or "!" error
 * write, class.field, seed ...            -> for each: "=" canonical text or "!" error, bytes
 * </pre>
 *
 * The type of a value is that of a field, since nothing else in Java says a generic type. Anything that fails outside
 * of a single value is one part: "!!" error.
 */
public final class HessianPeer {
    private final SourceLoader loader = new SourceLoader(HessianPeer.class.getClassLoader());

    private HessianPeer() {}

    public static void main(String[] args) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in, 1 << 16));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out, 1 << 16));
        // Whatever a library prints must not get between the answers.
        System.setOut(new PrintStream(System.err, true));
        HessianPeer peer = new HessianPeer();
        Thread.currentThread().setContextClassLoader(peer.loader);
        openClassCheck();
        for (List<byte[]> request; (request = Messages.read(in)) != null; ) Messages.write(out, peer.answer(request));
    }

    /** What a provider does for the classes of its interfaces, and what a user does for the others, by configuration. */
    private static void openClassCheck() {
        SerializeSecurityManager manager = FrameworkModel.defaultModel().getBeanFactory().getBean(SerializeSecurityManager.class);
        for (String prefix : List.of(Fields.GENERATED, "java.sql.", "java.io.File", "java.time.")) manager.addToAllowed(prefix);
    }

    private List<byte[]> answer(List<byte[]> request) {
        try {
            String operation = Messages.text(request.get(0));
            switch (operation) {
                case "compile":
                    return compile(request);
                case "read":
                    return read(request);
                case "write":
                    return write(request);
                default:
                    throw new IllegalArgumentException("no operation " + operation);
            }
        } catch (Throwable e) {
            return List.of(Messages.bytes("!!" + trace(e)));
        }
    }

    private List<byte[]> compile(List<byte[]> request) {
        Map<String, String> sources = new LinkedHashMap<>();
        for (int i = 1; i < request.size(); i += 2) sources.put(Messages.text(request.get(i)), Messages.text(request.get(i + 1)));
        loader.compile(sources);
        return List.of(Messages.bytes("ok"));
    }

    private Type typeOf(byte[] part) throws ReflectiveOperationException {
        String name = Messages.text(part);
        int dot = name.lastIndexOf('.');
        return loader.loadClass(name.substring(0, dot)).getField(name.substring(dot + 1)).getGenericType();
    }

    /** The classes of a contract: those beside the class of the field, and in them. */
    private List<Class<?>> contractOf(byte[] part) throws ReflectiveOperationException {
        String name = Messages.text(part);
        Class<?>[] named = (Class<?>[]) loader.loadClass(name.substring(0, name.lastIndexOf('.'))).getField("CONTRACT").get(null);
        return Arrays.stream(named).filter(each -> !Modifier.isAbstract(each.getModifiers()) || each.isEnum()).toList();
    }

    private List<byte[]> read(List<byte[]> request) throws ReflectiveOperationException {
        Type type = typeOf(request.get(1));
        CanonicalText.Classes classes = CanonicalText.Classes.valueOf(Messages.text(request.get(2)));
        List<byte[]> answers = new ArrayList<>();
        for (byte[] bytes : request.subList(3, request.size())) {
            String answer;
            try {
                Object value = new Hessian2ObjectInput(new ByteArrayInputStream(bytes)).readObject(TypeVariables.raw(type));
                answer = "=" + CanonicalText.of(value, type, classes);
            } catch (Throwable e) {
                answer = "!" + trace(e);
            }
            answers.add(Messages.bytes(answer));
        }
        return answers;
    }

    private List<byte[]> write(List<byte[]> request) throws ReflectiveOperationException {
        Type type = typeOf(request.get(1));
        List<Class<?>> contract = contractOf(request.get(1));
        List<byte[]> answers = new ArrayList<>();
        for (byte[] seed : request.subList(2, request.size())) {
            String answer;
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try {
                Object value = new RandomValues(Long.parseLong(Messages.text(seed)), contract).of(type);
                answer = "=" + CanonicalText.of(value, type, CanonicalText.Classes.DECLARED);
                Hessian2ObjectOutput out = new Hessian2ObjectOutput(bytes);
                out.writeObject(value);
                out.flushBuffer();
            } catch (Throwable e) {
                answer = "!" + trace(e);
            }
            answers.add(Messages.bytes(answer));
            answers.add(bytes.toByteArray());
        }
        return answers;
    }

    private static String trace(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
