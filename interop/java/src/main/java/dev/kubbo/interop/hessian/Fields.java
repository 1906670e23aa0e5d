package dev.kubbo.interop.hessian;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/** The fields of a generated class that travel. */
final class Fields {
    /** Where the generated classes are; the class check is opened for it. */
    static final String GENERATED = "dev.kubbo.random.";

    private Fields() {}

    /** Those of the superclasses first, in the order of the source; the outer object of an inner class last. */
    static List<Field> of(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        if (type == null || !type.getName().startsWith(GENERATED)) return fields;
        fields.addAll(of(type.getSuperclass()));
        Field outer = null;
        for (Field field : type.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers())) continue;
            field.setAccessible(true);
            if (field.isSynthetic()) outer = field;
            else fields.add(field);
        }
        if (outer != null) fields.add(outer);
        return fields;
    }
}
