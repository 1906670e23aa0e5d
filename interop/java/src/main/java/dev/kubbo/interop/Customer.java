package dev.kubbo.interop;

import java.io.Serializable;

public class Customer implements Serializable {
    private static final long serialVersionUID = 1;

    public String name;
    public String email;
    public Address address;

    public Customer() {}

    public Customer(String name, String email, Address address) {
        this.name = name;
        this.email = email;
        this.address = address;
    }
}
