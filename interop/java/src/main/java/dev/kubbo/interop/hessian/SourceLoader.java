package dev.kubbo.interop.hessian;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles sources in this process and loads what comes out; nothing touches the disk. */
final class SourceLoader extends ClassLoader {
    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    private final StandardJavaFileManager files;
    private final Map<String, byte[]> compiled = new ConcurrentHashMap<>();

    SourceLoader(ClassLoader parent) {
        super(parent);
        if (compiler == null) throw new IllegalStateException("this Java has no compiler: a JDK is needed");
        files = compiler.getStandardFileManager(null, null, null);
    }

    /** @param sources by the name of the public class in each */
    void compile(Map<String, String> sources) {
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        List<JavaFileObject> units = new ArrayList<>();
        sources.forEach((name, source) -> units.add(file(name, source)));
        // The sources need the JDK only: an empty class path saves the compiler a look into all jars.
        List<String> options = List.of("-proc:none", "-g:none", "-nowarn", "-XDuseUnsharedTable=true", "-cp", "");
        boolean ok = compiler.getTask(null, new Memory(files), problems, options, null, units).call();
        if (ok) return;
        List<String> lines = new ArrayList<>();
        for (Diagnostic<?> each : problems.getDiagnostics()) lines.add(each.toString());
        throw new IllegalArgumentException(String.join("\n", lines) + "\n" + String.join("\n", sources.values()));
    }

    private static JavaFileObject file(String name, String source) {
        return new SimpleJavaFileObject(URI.create("string:///" + name.replace('.', '/') + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = compiled.remove(name);
        if (bytes == null) throw new ClassNotFoundException(name);
        return defineClass(name, bytes, 0, bytes.length);
    }

    private final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
        Memory(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return new ByteArrayOutputStream() {
                        @Override
                        public void close() {
                            compiled.put(name, toByteArray());
                        }
                    };
                }
            };
        }
    }
}
