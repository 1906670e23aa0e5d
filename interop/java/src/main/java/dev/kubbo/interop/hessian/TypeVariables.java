package dev.kubbo.interop.hessian;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.HashMap;
import java.util.Map;

/** What the type variables of a class stand for, where a declaration says it: T in {@code Page<Item>}. */
final class TypeVariables {
    static final TypeVariables NONE = new TypeVariables(Map.of());

    private final Map<TypeVariable<?>, Type> types;

    private TypeVariables(Map<TypeVariable<?>, Type> types) {
        this.types = types;
    }

    /** Those of the class that {@code type} names, its arguments being read in this place. */
    TypeVariables in(Type type) {
        if (!(type instanceof ParameterizedType parameterized)) return NONE;
        Map<TypeVariable<?>, Type> inner = new HashMap<>();
        TypeVariable<?>[] variables = raw(type).getTypeParameters();
        for (int i = 0; i < variables.length; i++) inner.put(variables[i], of(parameterized.getActualTypeArguments()[i]));
        return new TypeVariables(inner);
    }

    Type of(Type type) {
        return type instanceof TypeVariable<?> variable ? types.getOrDefault(variable, Object.class) : type;
    }

    /** The type argument of a collection, array or map; Object if there is none. */
    Type argument(Type type, int index) {
        if (type instanceof Class<?> raw && raw.isArray()) return raw.getComponentType();
        if (type instanceof GenericArrayType array) return of(array.getGenericComponentType());
        return type instanceof ParameterizedType parameterized ? of(parameterized.getActualTypeArguments()[index]) : Object.class;
    }

    /** Equal for equal ones, and only for those. */
    @Override
    public String toString() {
        return types.isEmpty() ? "" : types.values().stream().map(Type::getTypeName).toList().toString();
    }

    static Class<?> raw(Type type) {
        if (type instanceof Class<?> found) return found;
        if (type instanceof ParameterizedType parameterized) return raw(parameterized.getRawType());
        if (type instanceof GenericArrayType array) return Array.newInstance(raw(array.getGenericComponentType()), 0).getClass();
        return Object.class;
    }
}
