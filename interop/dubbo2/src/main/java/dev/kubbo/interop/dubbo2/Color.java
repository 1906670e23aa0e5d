package dev.kubbo.interop.dubbo2;

public enum Color {
    RED,
    BLUE
}
